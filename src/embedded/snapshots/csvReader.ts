/**
 * CSV as RFC 4180 has it, character by character: fields may be quoted, and then hold commas, line ends and
 * doubled quotes. Empty lines are no records.
 */
export class CsvReader {
  #record: string[] = [];
  #field = "";
  #state: "plain" | "quoted" | "afterQuote" = "plain";

  /** The record that the character ends, or null. */
  read(char: string): string[] | null {
    if (this.#state === "quoted") {
      if (char === '"') this.#state = "afterQuote";
      else this.#field += char;
      return null;
    }
    if (char === '"' && (this.#state === "afterQuote" || this.#field === "")) {
      if (this.#state === "afterQuote") this.#field += char; // doubled: it stands for itself
      this.#state = "quoted";
      return null;
    }
    this.#state = "plain";
    return this.#readPlain(char);
  }

  #readPlain(char: string): string[] | null {
    if (char === "," || char === "\n") {
      this.#record.push(this.#field);
      this.#field = "";
    } else if (char !== "\r") {
      this.#field += char;
    }
    if (char !== "\n") return null;
    const record = this.#record;
    this.#record = [];
    return record.some((field) => field !== "") ? record : null;
  }
}
