// Finds pots on the shelf while one types, as long as SHELF_SEARCH is VISIBLE for this visitor.
import { createClient } from '/gatekeeper.mjs';

const flags = createClient();
const form = document.querySelector('.find');
const field = form.querySelector('input');
const cards = [...document.querySelectorAll('#pots .card')];

function find() {
  const words = form.hidden ? [] : field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const card of cards) {
    const text = card.textContent.toLowerCase();
    card.hidden = !words.every((word) => text.includes(word));
  }
  const found = cards.filter((card) => !card.hidden).length;
  form.querySelector('output').value = found > 0 ? '' : 'Nothing like that on this month’s shelf.';
}

function show() {
  form.hidden = !flags.ff('SHELF_SEARCH', 'VISIBLE');
  find();
}

show();
flags.onChange(show);
field.addEventListener('input', find);
form.addEventListener('submit', (event) => event.preventDefault());
