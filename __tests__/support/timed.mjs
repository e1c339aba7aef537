/**
 * How long work takes, and the longest time for which nothing else has its turn, in milliseconds. What other processes take
 * of a busy machine does not count: of time and processor time it is the lesser.
 */
export async function timed(work) {
  const start = performance.now();
  let [held, last, used, done] = [0, start, process.cpuUsage(), false];
  const watching = (async () => {
    while (!done) {
      await new Promise(setImmediate);
      const now = performance.now();
      const { user, system } = process.cpuUsage(used);
      held = Math.max(held, Math.min(now - last, (user + system) / 1000));
      [last, used] = [now, process.cpuUsage()];
    }
  })();
  await work();
  const took = performance.now() - start;
  done = true;
  await watching;
  return { took, held };
}
