/** 1-64 letters, digits and underscores, starting with a letter: the names of tables and indexes. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z]\w{0,63}$/.test(name);
}
