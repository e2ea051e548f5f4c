/** Sequence numbers: decimal texts of 21 to 40 digits, compared as numbers. */

/** Negative where the left one is less. Makes no BigInt: it is called for every record. */
export function compareSequence(left: string, right: string): number {
  if (left.length !== right.length) {
    const difference = digitsOf(left) - digitsOf(right);
    if (difference !== 0) return difference;
    return compareText(left.slice(-digitsOf(left)), right.slice(-digitsOf(right)));
  }
  return compareText(left, right);
}

/** How many digits there are after leading zeros; of zero itself, one. */
function digitsOf(text: string): number {
  let zeros = 0;
  while (zeros < text.length - 1 && text.charCodeAt(zeros) === 48) zeros += 1;
  return text.length - zeros;
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
