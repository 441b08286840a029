/**
 * Document ids: table number, 16 random bytes and a checksum, written in lower-case Crockford base32.
 * The alphabet ascends, so ids order as their bytes do and ids of one table have one length. Knows
 * nothing of which tables exist.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_BYTES = 16;
const CHECKSUM_BYTES = 2;
const MAX_TABLE_NUMBER_BYTES = 5;

const DIGITS = new Map(Array.from(ALPHABET, (char, digit) => [char, digit]));

/**
 * @param tableNumber 1 .. 2^32 - 1
 * @param random 16 bytes
 */
export function encodeDocumentId(tableNumber: number, random: Uint8Array): string {
  const body = [...encodeTableNumber(tableNumber), ...random];
  const checksum = fletcher16(body);
  return toBase32([...body, checksum & 0xff, checksum >> 8]);
}

/** The number of the id's table; null if the text is not an id. */
export function tableNumberOf(id: string): number | null {
  const bytes = fromBase32(id);
  if (bytes === null) return null;
  const body = bytes.slice(0, -CHECKSUM_BYTES);
  const [low, high] = bytes.slice(-CHECKSUM_BYTES);
  if (low === undefined || high === undefined || fletcher16(body) !== low + high * 256) return null;
  return decodeTableNumber(body.slice(0, -RANDOM_BYTES));
}

/** Seven bits a byte, lowest first, the top bit saying that more follow. */
function encodeTableNumber(tableNumber: number): number[] {
  const bytes: number[] = [];
  let rest = tableNumber;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

function decodeTableNumber(bytes: readonly number[]): number | null {
  let tableNumber = 0;
  for (const byte of bytes.toReversed()) tableNumber = tableNumber * 0x80 + (byte & 0x7f);
  const again = tableNumber === 0 ? [] : encodeTableNumber(tableNumber); // refuses other spellings
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i])
    ? tableNumber
    : null;
}

function fletcher16(bytes: readonly number[]): number {
  let low = 0;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 255;
    high = (high + low) % 255;
  }
  return high * 256 + low;
}

function toBase32(bytes: readonly number[]): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer & 0x1f) << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(buffer >> (bits - 5)) & 0x1f] ?? "";
  }
  return bits === 0 ? text : text + (ALPHABET[(buffer << (5 - bits)) & 0x1f] ?? "");
}

function fromBase32(text: string): number[] | null {
  const count = Math.floor((text.length * 5) / 8);
  if (count <= RANDOM_BYTES + CHECKSUM_BYTES) return null;
  if (count > RANDOM_BYTES + CHECKSUM_BYTES + MAX_TABLE_NUMBER_BYTES) return null;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const char of text) {
    const digit = DIGITS.get(char);
    if (digit === undefined) return null;
    buffer = ((buffer & 0xff) << 5) | digit;
    bits += 5;
    if (bits >= 8) bytes.push((buffer >> (bits -= 8)) & 0xff);
  }
  return toBase32(bytes) === text ? bytes : null; // trailing bits must be zero
}
