/** For logs: an error's text may quote what somebody wrote; its name and the places that it passed do not. */
export function withoutText(error: unknown): { error: string; places: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, places: [] };
  const places = (error.stack ?? "").split("\n").filter((line) => /^ +at /.test(line));
  return { error: error.name, places: places.map((line) => line.trim()) };
}
