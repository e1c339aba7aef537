import { isSegment, liveSegmentNames } from '../../patterns/segment';
import { listed } from '../../patterns/why-not';
import type { Segment } from '../../rules/rule';
import type { Members } from '../../stores/members';
import type { Visit } from '../visit';

const SHOWN = 100;

export interface Segments {
  readonly segments: readonly SegmentRow[];
}

/** A named group of visitors. */
export interface SegmentRow {
  readonly name: string;
  readonly description: string;
  /** Its members are in live state, where they can be edited; the others are in the code. */
  readonly live: boolean;
  /** The flags whose rules name it. */
  readonly flags: readonly string[];
  /** Of a live one, how many members it has, and the first of them. */
  readonly size?: number;
  readonly members?: readonly string[];
}

/** The segments that rules name, and those of live state. */
export function segments({ engine }: Visit): Segments {
  const found = new Map<string, { segment?: Segment; readonly flags: Set<string> }>();
  for (const name of liveSegmentNames) found.set(name, { flags: new Set() });
  for (const { name, rules } of engine.flags())
    for (const { definition } of rules)
      for (const part of [...listed(definition.when), ...listed(definition.except)]) {
        if (!isSegment(part)) continue;
        const known = found.get(part.name) ?? { flags: new Set() };
        found.set(part.name, known);
        known.segment ??= part;
        known.flags.add(name);
      }
  return {
    segments: [...found].map(([name, { segment, flags }]) => {
      const live = liveSegmentNames.has(name) && segment?.pattern === undefined;
      const description = segment?.description ?? 'members in live state';
      return { name, description, live, flags: [...flags], ...(live && membersOf(engine, name)) };
    }),
  };
}

function membersOf({ live }: Visit['engine'], name: string): Pick<SegmentRow, 'size' | 'members'> {
  const members = live.state.segments.get(name) as Members | undefined;
  if (!members) return { size: 0, members: [] };
  const shown: string[] = [];
  for (const id of members) if (shown.push(id) === SHOWN) break;
  return { size: members.size, members: shown };
}
