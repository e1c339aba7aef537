/** How to read a report, for those who see one for the first time. */
export const HOW_TO_READ: readonly string[] = [
  'The verdict is the first row of a fixed table that applies. Harm may be called on any day; a win is called once, at the planned size, at the end of a whole week.',
  'A change is the treatment’s value relative to the control’s. Its interval holds the true change in 95 of 100 experiments (with several treatments, in more); where it leaves out 0, the test is significant.',
  'p is how often a difference at least as large would come up if there were none. Those of secondary metrics are adjusted for being several (Holm), and only the adjusted ones count.',
  'The chance to win is a read-out beside the test, and no rule: stopping once it passes 95 % is peeking by another name.',
  'A guardrail is kept where it is shown that its limit is not passed, which takes more than not seeing that it is.',
  'By day, the thin line holds on all days at once, so that it may be looked at daily; the thick one holds on the day that it is judged.',
];
