/** A target and whether it was met, such as `1.4× the floor (at most 2)`. */
exports.atMost = (most, value, what) => ({ met: value <= most, text: `${short(value)}${what} (at most ${most})` });
exports.atLeast = (least, value, what) => ({ met: value >= least, text: `${short(value)}${what} (at least ${least})` });

/** A number with three digits, or with all that are before the point. */
function short(value) {
  const after = value < 0.1 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(value)));
  const digits = Math.min(after, 2);
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
exports.short = short;
