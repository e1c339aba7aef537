import type { Command } from 'commander';
import type { Context } from '../context';
import { show } from '../errors';
import { Failure } from './failure';

/** Adds the options that say who is asking. */
export function addContextOptions(command: Command): Command {
  return command
    .option('--user <json>', `the user, as rules see it: '{"id":7,"plan":"growth"}', or just an id`)
    .option('--groups <json>', `their groups: '{"company":{"id":3,"employees":40}}'`)
    .option('--visitor <id>', 'the anonymous id of their browser')
    .option('--app <json>', `facts about the process, instead of the config's: '{"isDev":false}'`);
}

/** Who is asking, as those options say it. */
export function contextOf(command: Command): Partial<Context> {
  const { user, groups, visitor, app } = command.opts();
  return {
    ...(user !== undefined && { user: userOf(user) }),
    ...(groups !== undefined && { groups: objectOf('--groups', groups) as Context['groups'] }),
    ...(visitor !== undefined && { visitor }),
    ...(app !== undefined && { app: objectOf('--app', app) }),
  };
}

function userOf(text: string): Context['user'] {
  if (!/^\s*[{["]/.test(text)) return { id: /^\d{1,15}$/.test(text) ? Number(text) : text };
  return objectOf('--user', text);
}

/** @throws Failure where the text is no JSON object */
export function objectOf(option: string, text: string): { readonly [key: string]: any } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${option} ${show(text)} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Failure(`${option} ${show(text)} is no JSON object`);
}
