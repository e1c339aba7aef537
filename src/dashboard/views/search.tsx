import type { Visit } from '../visit';

interface Props {
  readonly visit: Visit;
  readonly to: string;
  readonly q: string;
  readonly label: string;
  readonly kept?: { readonly [name: string]: string | undefined };
}

/** A search that, with scripts, is done while it is typed: the page has `#found`. */
export function Search({ visit, to, q, label, kept = {} }: Props) {
  return (
    <form
      class="search"
      role="search"
      action={`${visit.base}${to}`}
      hx-boost="swap:'outerMorph show:none' target:#found select:#found"
      hx-replace-url="true"
      hx-trigger="submit, input delay:150ms"
    >
      <input type="search" name="q" value={q} placeholder="Search" aria-label={label} autoComplete="off" />
      {Object.entries(kept).map(([name, value]) => value && <input type="hidden" name={name} value={value} />)}
    </form>
  );
}
