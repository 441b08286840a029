/** A quiet "not yet": shown in place of content that is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="empty" role="status">
      <span className="spinner" />
      <span>Loading {what}…</span>
    </div>
  );
}
