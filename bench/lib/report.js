const { readFileSync, writeFileSync } = require('node:fs');
const { cpus } = require('node:os');
const { join } = require('node:path');
const { columns, full } = require('./peers');
const { short } = require('./targets');

const START = '<!-- results -->';
const END = '<!-- /results -->';

/** The results of a run as Markdown that is readable in a terminal too. */
exports.report = (results, rounds) => `${table(results)}\n\n${targets(results)}\n\n${circumstances(rounds)}\n`;

/** Puts a report in its place in a file. */
exports.write = (file, report) => {
  const [before, rest] = readFileSync(file, 'utf8').split(START);
  const after = rest.split(END)[1];
  writeFileSync(file, `${before}${START}\n\n${report}\n${END}${after}`);
};

function table(results) {
  const measured = columns.filter((peer) => results.some(({ medians }) => peer in medians));
  const titles = measured.map((peer) => require(`../peers/${peer}.js`).title);
  const head = ['scenario', '', ...titles, 'ours ÷ by hand', 'fastest full peer ÷ ours'];
  const rows = results.map(({ scenario, medians }) => [
    scenario.title,
    scenario.unit,
    ...measured.map((peer) => (peer in medians ? short(medians[peer]) : '')),
    ...ratios(scenario, medians),
  ]);
  return markdown([head, head.map((_, i) => (i < 2 ? '---' : '--:')), ...rows]);
}

function ratios({ more, unit }, of) {
  if (unit === '×') return ['', ''];
  const peers = full.filter((peer) => peer in of).map((peer) => of[peer]);
  const best = more ? Math.max(...peers) : Math.min(...peers);
  const toFloor = of.floor >= 1 ? short(of.ours / of.floor) : '';
  return [toFloor, peers.length > 0 && of.ours >= 1 ? short(best / of.ours) : ''];
}

function markdown(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  return rows.map(line).join('\n');
}

function targets(results) {
  const lines = results.flatMap(({ scenario, medians }) =>
    (scenario.targets?.(medians) ?? []).map(
      ({ met, text }) => `- ${met ? 'met' : '**missed**'}: ${scenario.title}: ${text}`,
    ),
  );
  return lines.join('\n');
}

function circumstances(rounds) {
  const versions = columns
    .map((peer) => require(`../peers/${peer}.js`).package)
    .filter(Boolean)
    .concat('express')
    .map((name) => `${name} ${versionOf(`../node_modules/${name}`)}`);
  const [{ model }] = cpus();
  return (
    `gatekeeper-flags ${versionOf('../..')} beside ${versions.join(', ')}. ` +
    `Node ${process.version}, ${cpus().length} cores of ${model.trim()}; medians of ${rounds} rounds.`
  );
}

function versionOf(folder) {
  return JSON.parse(readFileSync(join(__dirname, folder, 'package.json'), 'utf8')).version;
}
