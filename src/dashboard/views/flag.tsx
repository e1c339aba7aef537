import { parseInstant } from '../../config/instant';
import { experimentsOf } from '../../experiments/report/analyse';
import type { FlagPage } from '../model/flag';
import type { Visit } from '../visit';
import { Changes } from './changes';
import { Everybody } from './everybody';
import { SomebodyElse, ThisBrowser } from './here';
import { Watched } from './guardrails';
import { Chip, Name } from './parts';
import { People } from './people';
import { Rules } from './rules';
import { experimentUrl, flagUrl } from './urls';
import { Variants } from './variants';
import { age, dayAndTime, dayOf } from './words';

export function FlagView({ data, visit }: { data: FlagPage; visit: Visit }) {
  return (
    <>
      <div class="top">
        <h1>
          <Name of={data.name} />
        </h1>
        <Chip state={data.state} />
      </div>
      <p class="lead">{data.description}</p>
      <Facts flag={data} visit={visit} />
      <div class="columns">
        <div>
          <Everybody flag={data} visit={visit} />
          <Rules flag={data} visit={visit} />
          <Watched title="Guardrails" watched={data.guardrails ?? []} now={visit.now} />
          <People flag={data} visit={visit} />
        </div>
        <div>
          <ThisBrowser flag={data} visit={visit} />
          <SomebodyElse flag={data.name} visit={visit} />
          <Variants flag={data} visit={visit} />
        </div>
      </div>
      <section aria-labelledby="history" class="card">
        <h2 id="history">History</h2>
        <Changes changes={data.changes} problem={data.problem} visit={visit} revision={data.revision} />
      </section>
    </>
  );
}

function Facts({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { owner, kind, created, expires, permanent, requires, starts, ends, expired, unit } = flag;
  const isExperiment = experimentsOf(visit.engine).includes(flag.name);
  return (
    <ul class="details">
      {owner && <li>owned by {owner}</li>}
      <li>{isExperiment ? <a href={experimentUrl(visit, flag.name)}>experiment</a> : kind}</li>
      {created && flag.age !== undefined && <li>{flag.age === 0 ? 'added today' : `${age(flag.age)} old`}</li>}
      {permanent && <li>meant to stay</li>}
      {expires && (
        <li class={expired ? 'expired' : undefined}>
          {expired ? 'expired' : 'expires'} {dayOf(parseInstant(expires))}
        </li>
      )}
      {starts !== undefined && <li>from {dayAndTime(starts)} UTC</li>}
      {ends !== undefined && <li>until {dayAndTime(ends)} UTC</li>}
      {unit !== 'user' && <li>by {unit}</li>}
      {requires.map((required) => (
        <li>
          needs <a href={flagUrl(visit, required.flag)}>{required.flag}</a> at {required.variant}
        </li>
      ))}
    </ul>
  );
}
