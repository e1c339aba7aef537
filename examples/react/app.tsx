import { useState } from 'react';
import { Variant, useFlag, usePayload } from 'gatekeeper-flags/client/react';
import { client } from './client';
import { seats } from './hall';
import { List, Plan } from './pickers';

export function App() {
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [booked, setBooked] = useState('');
  const onPlan = useFlag('SEAT_PICKER', 'PLAN');
  const total = seats.filter(({ id }) => picked.includes(id)).reduce((sum, { price }) => sum + price, 0);

  function toggle(id: string) {
    setBooked('');
    setPicked(picked.includes(id) ? picked.filter((other) => other !== id) : [...picked, id].sort());
  }
  function book() {
    client.track('booking', { value: total }); // for experiments and guardrails that measure it
    setBooked(`${picked.join(', ')}: see you on Saturday.`);
    setPicked([]);
  }

  return (
    <>
      <HouseNotice />
      <header>
        <p className="house">Harbour Hall</p>
        <h1>Night Crossing</h1>
        <p className="programme">
          Pärt, Glass, Vasks and the sea. <br />
          The Estuary Strings, Saturday 28&nbsp;November, 19.30
        </p>
      </header>
      <main>
        <section aria-labelledby="seats">
          <h2 id="seats">{onPlan ? 'Pick your seats on the plan' : 'Pick your seats'}</h2>
          <Variant flag="SEAT_PICKER" is="PLAN">
            <Plan picked={picked} toggle={toggle} />
          </Variant>
          <Variant flag="SEAT_PICKER" is="LIST">
            <List picked={picked} toggle={toggle} />
          </Variant>
        </section>
        <aside aria-label="Your seats">
          <p className="seats">{picked.length > 0 ? picked.join(', ') : 'No seats yet'}</p>
          <p className="total">{total} €</p>
          <button className="book" disabled={picked.length === 0} onClick={book}>
            Book
          </button>
          <p role="status">{booked}</p>
        </aside>
      </main>
      <footer>
        <p>
          Pick a few seats, and then{' '}
          <a href="/gatekeeper/flags/SEAT_PICKER" target="_blank">
            kill SEAT_PICKER
          </a>{' '}
          in another tab: this page has a list at once, and your seats are still picked. Or{' '}
          <a href="/gatekeeper/flags/HOUSE_NOTICE" target="_blank">
            pin HOUSE_NOTICE
          </a>{' '}
          for a line on top.
        </p>
      </footer>
    </>
  );
}

/** A flag that is content: the words come with the variant. */
function HouseNotice() {
  const notice = usePayload('HOUSE_NOTICE');
  if (!notice) return null;
  return (
    <aside className="notice">
      <strong>{notice.title}</strong> {notice.text}
    </aside>
  );
}
