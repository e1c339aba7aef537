import { join } from 'node:path';
import { ANSWERS, MODULES, createProject, pack, run, temporaryFolder, type Project } from '../support/packed';

jest.setTimeout(300_000);

const folder = temporaryFolder();
const projects = new Map<string, Project>();
beforeAll(async () => {
  const tarball = await pack(folder);
  const compilers = ['5.5', '6.0', '7.0'].map((version) => `typescript${version}@npm:typescript@~${version}.0`);
  for (const express of ['4', '5']) {
    const packages = [
      tarball,
      'react',
      `express@${express}`,
      `@types/express@${express}`,
      '@types/node@20',
      ...compilers,
    ];
    projects.set(express, await createProject(join(folder, express), packages));
  }
});

describe.each(['4', '5'])('an app with Express %s', (express) => {
  const project = () => projects.get(express)!;

  describe.each(['5.5', '7.0', '6.0'])('in TypeScript %s', (compiler) => {
    test.each(MODULES)('compiles but for its mistakes: %s', (type) => project().compile(type, `typescript${compiler}`));
  });

  // What the last compiler made runs on every Node; 20.19.0 is the oldest that package.json promises.
  describe.each(['20.19.0', '22', '24', '26'])('on Node %s', (version) => {
    let node: string;
    beforeAll(async () => {
      node = (await run('npx', ['--yes', `node@${version}`, '--print', 'process.execPath'])).trim();
      expect(await run(node, ['--version'])).toMatch(`v${version}`);
    });

    test.each(MODULES)('answers: %s', async (type) => {
      expect(await project().print(`${type}/built/app.js`, node)).toBe(ANSWERS);
    });

    test('loads every entry by require and by import', async () => {
      for (const { required, imported } of JSON.parse(await project().print('commonjs/load.cjs', node))) {
        expect(required).not.toEqual([]);
        expect(imported).toEqual(required);
      }
    });
  });
});
