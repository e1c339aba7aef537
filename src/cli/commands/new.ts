import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Command } from 'commander';
import { showChanges, writeChanges } from '../changes';
import { evaluated, loadConfig } from '../config';
import { withFlag, type Wanted } from '../edit/add-flag';
import { show } from '../../errors';
import { Failure } from '../failure';
import { answer, examples, remark } from '../output';

const KINDS = ['release', 'experiment', 'ops', 'permission'];
/** How long a flag of a kind is meant to live. */
const DAYS: { readonly [kind: string]: number | undefined } = { release: 40, experiment: 40, ops: 7 };
const DAY = 24 * 60 * 60 * 1000;

interface Options {
  readonly variants: string;
  readonly owner?: string;
  readonly description?: string;
  readonly kind: string;
  readonly dryRun?: true;
}

/** `gatekeeper new FLAG`: writes a flag's class into the config. */
export function newFlag(program: Command): void {
  program
    .command('new')
    .argument('<flag>', 'its name, such as NEW_SEARCH')
    .summary('write a class for a new flag into the config')
    .description(
      'write a flag into the config: its variants, its class, and its registration; it serves the first variant until you give it a rule',
    )
    .option('--variants <list>', 'its variants, the one to serve when it is off first', 'OFF,ON')
    .option('--owner <name>', 'the person or team to ask')
    .option('--description <text>', 'what it gates, for people')
    .option('--kind <kind>', KINDS.join(', '), 'release')
    .option('--dry-run', 'only show what would be written')
    .addHelpText(
      'after',
      examples(
        ['new NEW_SEARCH --owner search --description "The new search"', 'ON and OFF'],
        ['new CHECKOUT --variants STEPS,ONE_PAGE --owner checkout', 'variants of its own; off is STEPS'],
      ),
    )
    .action(async (name: string, options: Options, command: Command) => {
      const wanted = wantedFlag(name, options);
      const { config, file } = await loadConfig(command);
      const same = [...config.compiled.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
      if (same !== undefined)
        throw new Failure(`there is a flag named ${show(same)} already; see: npx gatekeeper show ${same}`);
      const before = readFileSync(file, 'utf8');
      const after = withFlag(before, file, wanted);
      const added = (await evaluated(after, file)).compiled.get(name);
      if (!added) throw new Failure(`${relative(process.cwd(), file)} would not have the flag; add it by hand`);
      const change = { file, before, after };
      if (!options.dryRun) writeChanges([change]);
      const { variants, off } = added;
      const written = { flag: name, file: relative(process.cwd(), file), variants, off, written: !options.dryRun };
      answer(command, written, () => showChanges([change]));
      if (!command.optsWithGlobals().json && options.owner === undefined)
        remark('Nobody owns it yet: say whom to ask with --owner, or in the class.');
    });
}

/** @throws Failure where a name cannot be one */
function wantedFlag(name: string, { variants, owner, description, kind }: Options): Wanted {
  if (!/^[A-Za-z][\w-]*$/.test(name))
    throw new Failure(`${show(name)} cannot be a new flag's name; write letters, digits and _, such as NEW_SEARCH`);
  if (!KINDS.includes(kind)) throw new Failure(`--kind ${show(kind)} is none of ${KINDS.join(', ')}`);
  const values = variants.split(',').map((variant) => variant.trim());
  const members = values.map((value) => ({ value, member: memberOf(value) }));
  if (new Set(members.map(({ member }) => member)).size < values.length)
    throw new Failure(`--variants ${variants} has one twice`);
  const [today, days] = [Date.now(), DAYS[kind]];
  return {
    name,
    variants: members,
    owner,
    description: description?.trim() || inWords(name),
    kind: kind === 'release' ? undefined : kind,
    created: dateOf(today),
    expires: days === undefined ? undefined : dateOf(today + days * DAY),
  };
}

function memberOf(value: string): string {
  const member = value.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  if (/^[A-Z]\w*$/.test(member)) return member;
  throw new Failure(
    `--variants: ${show(value)} cannot be a variant's name; write letters, digits and _, such as OFF,ON`,
  );
}

function inWords(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
