import { rows, seats, type Seat } from './hall';

interface Picker {
  readonly picked: readonly string[];
  readonly toggle: (id: string) => void;
}

/** The hall from above: the stage, and every seat where it is. */
export function Plan({ picked, toggle }: Picker) {
  const seat = ({ id, row, number, price, taken }: Seat) => (
    <button
      key={id}
      className={`seat row-${row}`}
      aria-label={`Row ${row}, seat ${number}, ${price} €${taken ? ', taken' : ''}`}
      aria-pressed={picked.includes(id)}
      disabled={taken}
      onClick={() => toggle(id)}
    >
      {number}
    </button>
  );
  return (
    <div className="plan">
      <p className="stage">Stage</p>
      {rows.map((row) => (
        <div className="row" key={row}>
          <span aria-hidden="true">{row}</span>
          {seats.filter((one) => one.row === row).map(seat)}
        </div>
      ))}
      <ul className="prices" aria-label="Prices">
        <li className="row-A">A, B: 48 €</li>
        <li className="row-C">C, D: 36 €</li>
        <li className="row-E">E, F: 24 €</li>
        <li className="taken">taken</li>
      </ul>
    </div>
  );
}

/** The same seats as a list, for when the plan is switched off. */
export function List({ picked, toggle }: Picker) {
  return (
    <div className="list">
      {rows.map((row) => (
        <fieldset key={row}>
          <legend>
            Row {row} <span>{seats.find((one) => one.row === row)!.price} €</span>
          </legend>
          {seats
            .filter((one) => one.row === row && !one.taken)
            .map(({ id, number }) => (
              <label key={id}>
                <input type="checkbox" checked={picked.includes(id)} onChange={() => toggle(id)} /> {number}
              </label>
            ))}
        </fieldset>
      ))}
    </div>
  );
}
