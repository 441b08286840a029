/** The name of the product with its mark: a sloped reading stand with one line highlighted. */
export function Wordmark({ size = 26 }: { size?: number }) {
  return (
    <span className="wordmark">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path d="M7 20.5 22 9.500l3 4.200L11 24z" fill="var(--on-accent)" />
        <path d="m12.6 18.8 6.6-4.8" stroke="#ffd65c" strokeWidth="2.6" strokeLinecap="round" />
      </svg>
      Lectern
    </span>
  );
}
