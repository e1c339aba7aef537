/** One measurement, in a process of its own: `node measure.js <scenario> <peer,…>` gives the parent its numbers. */
const { check } = require('./lib/answers');

const [scenarioName, peerNames] = process.argv.slice(2);
const peers = peerNames.split(',').map((name) => ({ name, ...require(`./peers/${name}.js`) }));

async function measure() {
  if (scenarioName === 'answers') return check(peers[0]);
  const scenario = require(`./scenarios/${scenarioName}.js`);
  if (scenario.measureTogether) return scenario.measureTogether(peers);
  return { [peers[0].name]: await scenario.measure(peers[0]) };
}

measure().then(
  (values) => process.send(values ?? {}, () => process.exit(0)),
  (error) => {
    console.error(`${scenarioName}, ${peerNames}:`, error);
    process.exit(1);
  },
);
