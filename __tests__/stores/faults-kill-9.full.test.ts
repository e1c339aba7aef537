import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { readCopy } from '../../src/stores/copy-file';
import { BY } from '../support/config';
import { child } from '../support/child';
import { enginesOn, vips } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { sqlite } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const TIMES = 200;
/** Ids that go into the segment at once. */
const ADDED = 50;
const on = enginesOn(sqlite);
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Changes flag A and a segment in turn, for as long as it lives, and prints each revision that it was given. */
const writer = (copy: string) => `
  const { createEngine, defineConfig, FeatureFlag, liveSegment } = require('gatekeeper-flags');
  const { lastKnownGood } = require('gatekeeper-flags/stores/last-known-good');
  const { sqliteStore } = require('gatekeeper-flags/stores/sqlite');
  class Flag extends FeatureFlag { description = 'x'; variants = { ON: 'ON', OFF: 'OFF' }; off = 'OFF'; }
  liveSegment(${JSON.stringify(vips.name)});
  const database = new (require('libsql'))(${JSON.stringify(on.place.url)});
  const store = () => lastKnownGood(sqliteStore({ database, namespace: ${JSON.stringify(on.namespace)} }), { path: ${JSON.stringify(copy)} });
  const engine = createEngine(defineConfig({ flags: { A: new Flag() }, store }));
  const by = ${JSON.stringify(BY)};
  engine.ready.then(async () => {
    for (;;) {
      const { revision } = engine.status();
      console.log(await engine.live.addUser('A', 'ON', 'user-' + revision, by));
      console.log(await engine.live.addToSegment(${JSON.stringify(vips.name)}, Array.from({ length: ${ADDED} }, (_, i) => revision + '-' + i), by));
    }
  });`;

test(`${TIMES} processes killed while they write: nothing in the file is torn, nor in the copy, and nothing is lost`, async () => {
  const copy = join(folder, 'copy.json');
  const here = await on.ready();
  const database = new Database(on.place.url);
  const row = (sql: string) =>
    database.prepare(sql.replaceAll(':app', `'${on.namespace}'`)).get() as { [column: string]: any };
  const usersUpTo = (revision: number) =>
    row(
      `SELECT count(*) AS users FROM gatekeeper_history WHERE namespace = :app AND flag = 'A' AND revision <= ${revision}`,
    ).users;
  const usersIn = (value: string) => Object.keys(JSON.parse(value).users).length;
  let [acknowledged, killedInWrite] = [0, 0];

  await untouched(here.engine, async () => {
    for (let time = 0; time < TIMES; time++) {
      const { next, process, gone, lines } = child(writer(copy));
      await next();
      await until(() => existsSync(copy));
      await sleep(Math.random() * 40);
      process.kill('SIGKILL');
      await gone;
      acknowledged = Number(lines.at(-1));

      expect(row('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
      const { revision, changes, value, members } = row(`SELECT revision,
        (SELECT count(*) FROM gatekeeper_history WHERE namespace = :app) AS changes,
        (SELECT value FROM gatekeeper_flags WHERE namespace = :app) AS value,
        (SELECT count(*) FROM gatekeeper_members WHERE namespace = :app) AS members
        FROM gatekeeper_meta WHERE namespace = :app`);
      expect([acknowledged, acknowledged + 1]).toContain(revision); // of the last one it may not have told any more
      killedInWrite += revision - acknowledged;
      const users = usersUpTo(revision);
      expect([changes, usersIn(value), members]).toEqual([revision, users, ADDED * (revision - users)]);

      const copied = await readCopy(copy);
      const { value: copiedValue, revision: at } = copied.flags.get('A')!;
      expect([copied.revision <= revision, at <= copied.revision]).toEqual([true, true]);
      expect(usersIn(copiedValue)).toBe(usersUpTo(at));
      expect((copied.segments.get(vips.name)?.members.size ?? 0) % ADDED).toBe(0);
    }
    await until(() => here.engine.status().revision >= acknowledged);
  });
  process.stdout.write(
    `${TIMES} killed, ${killedInWrite} of them between a write and its answer; revision ${acknowledged}\n`,
  );
  database.close();
}, 300_000);
