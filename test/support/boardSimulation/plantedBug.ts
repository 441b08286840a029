/** What a planted bug is: texts of the source that are replaced while it is loaded (plantBug.ts). */
interface PlantedEdit {
  /** In src/sync. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  replace: string;
}

export interface PlantedBug {
  /** The rule that it breaks, as a sentence. */
  title: string;
  edits: readonly PlantedEdit[];
}
