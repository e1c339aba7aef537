import type { SegmentRow, Segments } from '../model/segments';
import type { Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Name } from './parts';
import { flagUrl } from './urls';
import { inFull, plural } from './words';

/** So many of the flags that name a segment are shown. */
const FLAGS = 12;

export function SegmentsView({ data, visit }: { data: Segments; visit: Visit }) {
  return (
    <>
      <div class="top">
        <h1>Segments</h1>
      </div>
      <p class="lead">
        Named groups of visitors. Those with members in live state are edited here, the others in the code.
      </p>
      {data.segments.length === 0 && <p class="empty">No rule names a segment.</p>}
      {data.segments.map((segment) => (
        <Segment segment={segment} visit={visit} />
      ))}
    </>
  );
}

function Segment({ segment, visit }: { segment: SegmentRow; visit: Visit }) {
  const { name, description, live, flags, size = 0, members = [] } = segment;
  return (
    <section class="card">
      <h2>
        {name} <small>{live ? plural(size, 'member') : 'in the code'}</small>
      </h2>
      <p>{description}</p>
      {flags.length > 0 && (
        <p class="hint">
          used by{' '}
          {flags.slice(0, FLAGS).map((flag, index) => (
            <>
              {index > 0 && ', '}
              <a href={flagUrl(visit, flag)}>
                <Name of={flag} />
              </a>
            </>
          ))}
          {flags.length > FLAGS && ` and ${plural(flags.length - FLAGS, 'more flag')}`}
        </p>
      )}
      {members.length > 0 && (
        <ul class="ids" tabIndex={0} aria-label={`Members of ${name}`}>
          {members.map((id) => (
            <li>{id}</li>
          ))}
          {size > members.length && <li class="hint">and {inFull(size - members.length)} more</li>}
        </ul>
      )}
      {live && <Edit name={name} visit={visit} />}
    </section>
  );
}

function Edit({ name, visit }: { name: string; visit: Visit }) {
  return (
    <>
      <ActionForm visit={visit} action="add-to-segment" fields={{ segment: name }} class="line">
        <input name="ids" placeholder="Ids, such as 7, 12, 99" aria-label={`Ids to put into ${name}`} required />
        <Reason label={`Why put into ${name}`} />
        <button class="quiet">Put in</button>
      </ActionForm>
      <ActionForm visit={visit} action="remove-from-segment" fields={{ segment: name }} class="line">
        <input name="ids" placeholder="Ids" aria-label={`Ids to take out of ${name}`} required />
        <Reason label={`Why take out of ${name}`} />
        <button class="quiet">Take out</button>
      </ActionForm>
    </>
  );
}
