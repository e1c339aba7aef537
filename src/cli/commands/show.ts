import type { Command } from 'commander';
import type { MetricGuardrail } from '../../experiments/guardrails/guardrail';
import { isExperiment } from '../../experiments/observe';
import type { Flag } from '../../flag';
import { rulesInWords, type RolloutInWords, type RuleInWords } from '../../report/rules-in-words';
import { flagOf, withEngine } from '../engine';
import { answer, color, examples, width, wrap } from '../output';
import { summary, type Summary } from '../summary';

/** `gatekeeper show FLAG`: all there is to know about one flag. */
export function show(program: Command): void {
  program
    .command('show <flag>')
    .summary('one flag: variants, rules in words, live control')
    .description('one flag: its variants, its rules in words, and what live control does to it')
    .option('--no-store', 'leave live control out: the flag as the code has it')
    .addHelpText(
      'after',
      examples(['show CHECKOUT', 'whom it is for'], ['show CHECKOUT --json', 'the same for a script']),
    )
    .action((name: string, _, command: Command) =>
      withEngine(command, ({ config, engine }) => {
        const flag = flagOf(config, name);
        const live = engine.live.state.flags.get(name);
        const details = {
          ...summary(flag, live),
          killed: live?.killed,
          unit: flag.unit,
          requires: flag.requires,
          starts: instant(flag.starts),
          ends: instant(flag.ends),
          overrides: Object.fromEntries(flag.users),
          liveOverrides: Object.fromEntries(live?.users ?? []),
          payloads: Object.fromEntries(flag.payloads),
          imperative: flag.imperative,
          ...measured(flag),
          rules: rulesInWords(flag, live, engine.now()),
        };
        answer(command, details, () => inWords(flag, details));
      }),
    );
}

interface Details extends Summary {
  readonly killed?: string;
  readonly starts?: string;
  readonly ends?: string;
  readonly liveOverrides: { readonly [id: string]: string };
  readonly hypothesis?: string;
  readonly metrics?: readonly string[];
  readonly guardrails: readonly string[];
  readonly rules: readonly RuleInWords[];
}

/** What an experiment is about, its primary metric first, and what guardrails watch. */
function measured(flag: Flag): Pick<Details, 'hypothesis' | 'metrics' | 'guardrails'> {
  const watched = (flag.definition.guardrails ?? []) as readonly MetricGuardrail[];
  const guardrails = watched.map(({ name, action }) => `${name}: ${action}`);
  if (!isExperiment(flag)) return { guardrails };
  const { hypothesis, primary, secondary = [] } = flag.definition;
  const metrics = [primary, ...secondary].map(({ name, event, kind }) =>
    event === undefined ? name : `${name} (${kind})`,
  );
  return { hypothesis, metrics, guardrails };
}

/** Undefined where a flag has no such date. */
function instant(at: number): string | undefined {
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}

/** A midnight as its date alone, as it is written in classes. */
function short(at: string): string {
  return at.replace(/T00:00:00\.000Z$/, '');
}

function inWords(flag: Flag, details: Details): string {
  const { variants, off, owner, kind, created, expires, permanent, draft, live, killed, starts, ends } = details;
  const dates = [created && `created ${created}`, permanent ? 'permanent' : expires && `expires ${expires}`];
  const lines = [
    ['kind', [draft && 'draft', kind, owner ? `by ${owner}` : 'without owner', ...dates]],
    ['variants', variants.map((variant) => (variant === off ? `${variant} (off)` : variant))],
    ['live', killed === undefined ? live : [color.red(killed), ...live.filter((one) => one !== 'killed')]],
    ['dates', [starts && `from ${short(starts)}`, ends && `to ${short(ends)}`]],
    ['requires', flag.requires.map(({ flag: required, variant }) => `${required} at ${variant}`)],
    ['users', listed(flag.users)],
    ['live users', listed(new Map(Object.entries(details.liveOverrides)))],
    ['unit', flag.unit === 'user' ? [] : [flag.unit]],
    ['payloads', [...flag.payloads.keys()]],
    ['hypothesis', [details.hypothesis]],
    ['measures', [details.metrics?.join('; ')]],
    ['guardrails', [details.guardrails.join('; ')]],
  ] as const;
  const facts = lines
    .map(([title, parts]) => [title, parts.filter(Boolean).join(', ')] as const)
    .filter(([, text]) => text !== '')
    .map(([title, text]) => wrap(`  ${title.padEnd(11)}${text}`, width(), ' '.repeat(13)));
  return [
    color.bold(flag.name),
    wrap(`  ${flag.definition.description}`, width(), '  '),
    '',
    ...facts,
    '',
    ...ruleLines(flag, details),
  ].join('\n');
}

function listed(users: ReadonlyMap<string, string>): readonly string[] {
  const shown = [...users].slice(0, 20).map(([id, variant]) => `${id} gets ${variant}`);
  return users.size > shown.length ? [...shown, `and ${users.size - shown.length} more`] : shown;
}

function ruleLines(flag: Flag, { rules, off }: Details): readonly string[] {
  const lines = rules.map((rule, at) => {
    const gives = Object.entries(rule.gives).map(([variant, share]) =>
      share === 100 ? variant : `${variant} ${share} %`,
    );
    const part = rule.rollout ? ` to ${shareOf(rule.rollout)}` : '';
    const text = `  ${at + 1}. ${color.cyan(rule.name)}: ${gives.join(', ') || 'asked by getVariant'}${part}, for ${rule.who || 'everybody'}`;
    return wrap(text, width(), '     ');
  });
  if (flag.imperative) return ['  its own getVariant decides, in the code', ...lines];
  return [...lines, `  otherwise ${off}`];
}

function shareOf({ percent, of, coded, moved, approved }: RolloutInWords): string {
  const inCode = typeof coded === 'number' ? `${coded} %` : 'a ramp';
  const notes = [
    moved && color.yellow(`live; in code ${inCode}`),
    !moved && typeof coded !== 'number' && 'now, on a ramp',
    approved !== undefined && `approved up to ${approved} %`,
  ].filter(Boolean);
  return `${percent} % of ${of}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}
