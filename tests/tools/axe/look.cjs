// Opens pages of a running demonstration register, wide and narrow, from left to right and from right to left, and holds them to axe's
// rules of WCAG 2.2 AA; and sees that none is wider than its window, and that a frame shows what it is to show.
//
//     node look.cjs CHROMIUM ADDRESS [FOLDER]      FOLDER: where pictures of them are put
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [executablePath, base, folder] = process.argv.slice(2);
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

async function json(path) {
  const got = await fetch(base + path);
  if (!got.ok) throw new Error(`${path}: ${got.status}`);
  return got.json();
}

async function first(list) {
  return (await json(`/api/v1/${list}`)).items[0].number.replace("-", "");
}

async function main() {
  const incident = await first("incidents?custody=held&country=AZE&limit=1");
  const pages = [
    `/r/${incident}.html`,
    `/r/${incident}/v1.html`,
    `/r/${incident}/history`,
    `/r/${await first("organizations?q=EMDS&limit=1")}.html`,
    `/r/${await first("elections?limit=1")}.html`,
    `/r/${await first("cases?limit=1")}.html`,
    `/r/${await first("statements?limit=1")}.html`,
    "/r/48271930.html",
    "/r/48271931.html",
    `/r/${incident}/v1.amparo.json`,
    `/embed/r/${incident}/v1`,
    "/embed/counts?group_by=month&period=2024",
    "/embed/counts?group_by=country,type&measure=incidents,people_min",
    "/embed/counts/code?group_by=type",
  ];
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    await look(browser, pages, incident);
  } finally {
    await browser.close();
  }
}

async function look(browser, pages, incident) {
  let looked = 0;
  let wrong = 0;
  const tell = (path, how, what) => {
    wrong += 1;
    console.error(`${path} (${how}): ${what}`);
  };
  for (const [width, lang] of [[1280, "en"], [320, "en"], [1280, "ar"], [320, "ar"]]) {
    const how = `${width} px, ${lang}`;
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      extraHTTPHeaders: { accept: "text/html", "accept-language": lang },
    });
    const page = await context.newPage();
    for (const [nth, path] of pages.entries()) {
      await page.goto(base + path);
      await page.evaluate(axe);
      const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
      for (const { id, help, nodes } of violations) {
        tell(path, how, `${id}: ${help}\n  ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join("\n  ")}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) tell(path, how, `it is ${wide} px wide`);
      const lost = (await context.cookies()).length;
      if (lost > 0) tell(path, how, "it sets a cookie");
      if (folder) await page.screenshot({ path: `${folder}/${nth}-${width}-${lang}.png`, fullPage: true });
      looked += 1;
    }
    await context.close();
  }
  // The frame, as another site shows it; and what is no embed, which no site may show in one.
  let body = "";
  const another = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(body));
  await new Promise((ready) => another.listen(0, "127.0.0.1", ready));
  const told = await json(`/oembed?url=${encodeURIComponent(`${base}/r/${incident}/v1`)}`);
  for (const [html, shown] of [[told.html, true], [`<iframe src="${base}/r/${incident}.html"></iframe>`, false]]) {
    const page = await browser.newPage({ viewport: { width: 700, height: 600 } });
    body = `<!doctype html><html lang="en"><title>Another site</title><body>${html}`;
    await page.goto(`http://127.0.0.1:${another.address().port}/`);
    const inside = page.frames()[1];
    await inside.waitForLoadState();
    if (folder) await page.screenshot({ path: `${folder}/frame-${shown}.png` });
    const there = (await inside.$$("footer").catch(() => [])).length > 0;
    if (there !== shown) tell("the frame", "elsewhere", shown ? "it is not shown" : "it is shown");
    await page.close();
  }
  another.close();
  console.log(`axe: ${looked} pages, ${wrong} faults`);
  process.exitCode = wrong > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
