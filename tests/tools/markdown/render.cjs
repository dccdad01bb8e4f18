// Renders a text without its front matter as sites do that are made with 11ty: markdown-it with markdown-it-footnote.
//
//     NODE_PATH=… node render.cjs FILE
const fs = require("fs");
const text = fs.readFileSync(process.argv[2], "utf8").replace(/^---\n[\s\S]*?\n---\n/, "");
const renderer = require("markdown-it")({ html: true }).use(require("markdown-it-footnote"));
process.stdout.write(renderer.render(text));
