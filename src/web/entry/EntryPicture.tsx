/** The picture of the entry: a passage is marked, and becomes a drawing. Decoration only. */
const LINES = [74, 96, 118, 162, 184, 206, 228];

export function EntryPicture() {
  return (
    <svg className="entry-picture" viewBox="0 0 560 290" aria-hidden="true">
      <g transform="rotate(-2.5 120 150)">
        <rect x="24" y="22" width="200" height="246" rx="8" className="entry-sheet" />
        <rect x="46" y="44" width="92" height="9" rx="4.5" className="entry-title" />
        {LINES.map((y, index) => (
          <rect
            key={y}
            x="46"
            y={y}
            width={[156, 148, 152, 120, 156, 140, 96][index]}
            height="6"
            rx="3"
            className="entry-line"
          />
        ))}
        <rect x="40" y="134" width="166" height="19" rx="3" className="entry-mark" />
        <rect x="46" y="140" width="152" height="7" rx="3.5" className="entry-marked" />
      </g>
      <path d="M214 136 C262 118 282 150 330 128" className="entry-ink" />
      <path d="m318 121 13 7-9 12" className="entry-ink" />
      <g className="entry-sketch">
        <path d="M346 112c2-26 22-36 52-35s50 12 49 36-22 34-52 34-50-10-49-35Z" />
        <path d="M372 112h52M384 122h28" />
        <path d="M378 150c-8 20-18 30-30 42M420 149c10 18 24 28 40 36" />
        <path d="M304 214c0-15 15-22 36-21s34 8 33 22-14 20-35 20-35-7-34-21Z" />
        <path d="M436 208c0-15 17-22 40-21s36 8 35 22-15 20-38 20-38-7-37-21Z" />
        <path d="M322 214h34M456 208h36" />
      </g>
      <g className="entry-cursor">
        <path d="M470 92l5 20 5-8 9-2z" />
        <rect x="488" y="106" width="52" height="20" rx="10" />
        <text x="514" y="120">
          Ada
        </text>
      </g>
    </svg>
  );
}
