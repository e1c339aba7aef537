import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ChangeBy, LiveControl } from '../stores/live-control';
import { withEngine, type Opened } from './engine';
import { Failure } from './failure';
import { answer, wrap } from './output';

/** Adds the options that say who changes something, and why. */
export function addChangeOptions(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; the history keeps it')
    .option('--actor <name>', 'who (default: the user of this system)');
}

/** A change to be made; `done` says in words what it did. */
export interface Made {
  readonly action: string;
  readonly flag?: string;
  readonly done: string;
  make(live: LiveControl<any>, by: ChangeBy): Promise<number>;
}

/** Makes a change in the configured store, and says what came of it. */
export async function change(command: Command, plan: (opened: Opened) => Made): Promise<void> {
  const { reason, actor = systemUser() } = command.opts<{ reason: string; actor?: string }>();
  if (!reason.trim() || !actor.trim())
    throw new Failure('a change needs an --actor and a --reason; neither may be empty');
  await withSharedEngine(command, async (opened) => {
    const { action, flag, done, make } = plan(opened);
    const revision = await make(opened.engine.live, { actor, reason });
    const { store } = opened.engine.status();
    answer(command, { revision, action, flag, actor, reason, store }, () =>
      [
        wrap(`${done}, in every process on this store (${store}).`),
        `Take it back with: npx gatekeeper revert ${revision} --reason "…"`,
      ].join('\n'),
    );
  });
}

/** `withEngine`, for what only makes sense over a store that other processes share. */
export function withSharedEngine(command: Command, use: (opened: Opened) => void | Promise<void>): Promise<void> {
  return withEngine(command, async (opened) => {
    if (opened.engine.status().store === 'memory')
      throw new Failure(
        'this config keeps live state in the memory of each process, which no other process sees; give defineConfig a store, ' +
          'such as sqliteStore, redisStore or postgresStore',
      );
    await use(opened);
  });
}

/** @throws Failure where the system has no name for them, as in some containers */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new Failure('this system does not say who you are; name yourself with --actor');
  }
}
