/** Reads what a chaos script was asked for on the command line. */
import { parseArgs } from "node:util";

/**
 * Options by name (`--seeds 100`), each with its default. An option that does not exist or is no whole number
 * ends the process with 2: a run of nothing must not look like one that found nothing.
 * @param text the name of one more option, which may be any text
 */
export function readOptions<Count extends string, Text extends string = never>(
  defaults: Readonly<Record<Count, number>>,
  text?: Text,
): Record<Count, number> & Partial<Record<Text, string>> {
  const names = [...Object.keys(defaults), ...(text === undefined ? [] : [text])];
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    const { values } = parseArgs({ options });
    const counts = Object.keys(defaults).map((name) => {
      const given = values[name];
      return [name, given === undefined ? defaults[name as Count] : wholeNumber(name, given)];
    });
    return { ...values, ...Object.fromEntries(counts) } as ReturnType<
      typeof readOptions<Count, Text>
    >;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`Options: ${names.map((name) => `--${name}`).join(", ")}`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string | boolean): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number) || number < 0) {
    throw new Error(`--${name} takes a whole number, not "${String(text)}".`);
  }
  return number;
}
