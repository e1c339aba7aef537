import { open } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { KnownSegment } from './sync';
import { MembersDraft, type Members } from './members';
import type { Snapshot } from './store';

/** A copy of a snapshot, with the members of its segments; a segment has the revision that its members were read at. */
export interface Copy extends Omit<Snapshot, 'segments'> {
  readonly copiedAt: number;
  readonly segments: ReadonlyMap<string, KnownSegment>;
}

const PAGE = 2_000;
const END = '"end"';

/** The ids of a list, in pages. */
export function* pagesOf(members: Members): Iterable<readonly string[]> {
  let page: string[] = [];
  for (const id of members) if (page.push(id) === PAGE) yield page.splice(0);
  yield page;
}

/** A copy as lines of JSON: the snapshot, a page of members each, and an end; requests have their turn between. */
export async function* linesOf({ flags, segments, ...rest }: Copy): AsyncIterable<string> {
  yield `${JSON.stringify({ ...rest, flags: [...flags] })}\n`;
  for (const [name, { members, revision }] of segments)
    for (const ids of pagesOf(members)) {
      yield `${JSON.stringify([name, revision, ids])}\n`;
      await turn();
    }
  yield END;
}

/** Reads what `linesOf` gave. @throws where there is no file, or it holds something else */
export async function readCopy(path: string): Promise<Copy> {
  const file = await open(path);
  let copy: Omit<Copy, 'segments'> | undefined;
  const segments = new Map<string, { readonly draft: MembersDraft; readonly revision: number }>();
  for await (const line of file.readLines()) {
    if (line === END && copy)
      return {
        ...copy,
        flags: new Map(copy.flags),
        segments: new Map(
          [...segments].map(([name, { draft, revision }]) => [name, { members: draft.done(), revision }]),
        ),
      };
    const read = JSON.parse(line);
    if (copy === undefined) {
      copy = read;
      continue;
    }
    const [name, revision, ids] = read as [string, number, readonly string[]];
    const segment = segments.get(name) ?? { draft: new MembersDraft(), revision };
    segments.set(name, segment);
    for (const id of ids) segment.draft.add(id);
  }
  throw new TypeError('the copy has no end');
}
