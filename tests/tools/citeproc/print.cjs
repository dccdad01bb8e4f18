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

let items = [];
const system = {
    retrieveLocale: (code) => fs.readFileSync(path.join(locales, `locales-${code}.xml`), 'utf8'),
    retrieveItem: (id) => items.find((item) => item.id === id),
};
const engines = new Map(); // To read a style takes a second.
const engine = (style, locale) => {
    const key = `${style} ${locale}`;
    if (!engines.has(key)) {
        const made = new CSL.Engine(system, fs.readFileSync(path.join(styles, `${style}.csl`), 'utf8'), locale, true);
        made.setOutputFormat('text');
        engines.set(key, made);
    }
    return engines.get(key);
};

const printed = JSON.parse(fs.readFileSync(0, 'utf8')).map((job) => {
    items = job.items;
    const by = engine(job.style, job.locale);
    by.updateItems([]);
    by.updateItems(items.map((item) => item.id));
    return by.makeBibliography()[1].map((entry) => entry.trim()).join('\n');
});
process.stdout.write(JSON.stringify(printed));
