import type { History } from '../model/history';
import type { Visit } from '../visit';
import { Changes } from './changes';
import { STAYS } from './form';

export function HistoryView({ data, visit }: { data: History; visit: Visit }) {
  const { changes, filter, more, problem } = data;
  const query = new URLSearchParams(filter as {});
  return (
    <>
      <div class="top">
        <h1>History</h1>
        <p class="exports">
          <a href={`${visit.base}/history.csv?${query}`} download>
            CSV
          </a>{' '}
          <a href={`${visit.base}/history.json?${query}`} download>
            JSON
          </a>
        </p>
      </div>
      <form class="line filters" action={`${visit.base}/history`} hx-boost={STAYS} hx-replace-url="true">
        <input
          name="flag"
          value={filter.flag ?? ''}
          placeholder="Flag"
          aria-label="Flag"
          list="flags"
          autoComplete="off"
        />
        <datalist id="flags">
          {visit.engine
            .flags()
            .slice(0, SUGGESTED)
            .map(({ name }) => (
              <option value={name} />
            ))}
        </datalist>
        <input name="actor" value={filter.actor ?? ''} placeholder="Who" aria-label="Who" autoComplete="off" />
        <label>
          from <input type="date" name="from" value={filter.from ?? ''} />
        </label>
        <label>
          to <input type="date" name="to" value={filter.to ?? ''} />
        </label>
        <button class="quiet">Filter</button>
      </form>
      <Changes changes={changes} problem={problem} visit={visit} revision={visit.engine.live.state.revision} />
      {more && <p class="hint">There are older ones: filter, or export.</p>}
    </>
  );
}

const SUGGESTED = 200;
