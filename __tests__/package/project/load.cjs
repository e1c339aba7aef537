// Prints, for each entry of the package, the names that `require` and `import` give.
const { exports: entries } = require('gatekeeper-flags/package.json');

async function namesOf(entry) {
  const id = entry.replace('.', 'gatekeeper-flags');
  const { default: whole, 'module.exports': again, __esModule, ...imported } = await import(id);
  return { entry, required: Object.keys(require(id)).sort(), imported: Object.keys(imported).sort() };
}

const modules = Object.keys(entries).filter((entry) => !entry.endsWith('.json'));
Promise.all(modules.map(namesOf)).then((names) => console.log(JSON.stringify(names)));
