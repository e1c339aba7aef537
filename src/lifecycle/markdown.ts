import { figureInWords } from './figures';
import type { Hygiene } from './hygiene';
import type { FlagLifecycle } from './lifecycle';
import { SHOWN } from './policy';
import { days } from './words';

/** The report as GitHub's Markdown: the figures, and a table for each state. */
export function inMarkdown(hygiene: Hygiene): string {
  const figures = hygiene.figures.map((figure) => {
    const [title, value, target] = figureInWords(figure);
    return `| ${figure.met ? '✅' : '❌'} | ${title} | ${value} | ${target.replace('target: ', '')} |`;
  });
  const sections = SHOWN.filter((state) => hygiene.states[state] > 0).map((state) => {
    const flags = hygiene.flags.filter((flag) => flag.state === state);
    const rows = flags.map(
      (flag) => `| ${code(flag.flag)} | ${cell(flag.owner ?? '')} | ${age(flag)} | ${why(flag)} |`,
    );
    const title = `## ${state[0]!.toUpperCase()}${state.slice(1)} (${flags.length})`;
    return [title, '', '| Flag | Owner | Age | Why |', '| --- | --- | --- | --- |', ...rows].join('\n');
  });
  const head = ['# Feature flags', '', '| | | | Target |', '| --- | --- | --- | --- |', ...figures].join('\n');
  return `${[head, ...sections].join('\n\n')}\n`;
}

function age({ age, permanent }: FlagLifecycle): string {
  return [age === undefined ? '' : days(age), permanent ? 'permanent' : ''].filter(Boolean).join(', ');
}

function why({ reasons, next, remarks }: FlagLifecycle): string {
  const lines = [...reasons, ...remarks].map(({ text }) => cell(text));
  return [...lines, ...(next ? [`${code(next.run)}, or ${cell(next.or)}`] : [])].join('<br>');
}

/** Text that stays within its cell, and is no markup. */
function cell(text: string): string {
  return text.replace(/[\\`*[\]<>|&#~]|\b_|_\b/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

function code(text: string): string {
  return /^[\w.:/@%+' ()-]+$/.test(text) ? `\`${text}\`` : `<code>${cell(text)}</code>`;
}
