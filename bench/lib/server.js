/** `node server.js <peer>`: the app over real HTTP, until the parent goes. Asked anything, it tells its processor time. */
const { appOf } = require('./app');

appOf(require(`../peers/${process.argv[2]}.js`)).then((app) => {
  const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
  });
  process.once('disconnect', () => process.exit());
});
