// Prints CSL-JSON by the citation processor of Zotero.
//
//     node print.cjs NODE_MODULES STYLES LOCALES < [{"items": […], "style": "…", "locale": "…"}, …]
//
// and answers with the entries of a bibliography, one text for each.
'use strict';

const fs = require('fs');
const path = require('path');

const [modules, styles, locales] = process.argv.slice(2);
const CSL = require(path.resolve(modules, 'citeproc'));

const printed = JSON.parse(fs.readFileSync(0, 'utf8')).map(({ items, style, locale }) => {
    const system = {
        retrieveLocale: (code) => fs.readFileSync(path.join(locales, `locales-${code}.xml`), 'utf8'),
        retrieveItem: (id) => items.find((item) => item.id === id),
    };
    const engine = new CSL.Engine(system, fs.readFileSync(path.join(styles, `${style}.csl`), 'utf8'), locale, true);
    engine.setOutputFormat('text');
    engine.updateItems(items.map((item) => item.id));
    return engine.makeBibliography()[1].map((entry) => entry.trim()).join('\n');
});
process.stdout.write(JSON.stringify(printed));
