/**
 * The page's own icons: 24 × 24 strokes, drawn for this product. Icons are always decoration here
 * (hidden from screen readers); the control around one carries the name.
 */
const SHAPES = {
  alert:
    "M12 8v5M12 16.5v.01M10.3 4 2.8 17a2 2 0 0 0 1.7 3h15a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
  arrow: "M5 19 19 5M10 5h9v9",
  arrowLeft: "M19 12H5M11 6l-6 6 6 6",
  arrowUp: "M12 19V5M6 11l6-6 6 6",
  board: "M3 4h18v13H3zM8 21l4-4 4 4M7 12c2-4 4 2 6-1s3-1 4-2",
  bulb: "M9.5 18h5M10.5 21h3M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.2 1.1 2.2h5c0-1 .4-1.6 1.1-2.2A6 6 0 0 0 12 3Z",
  chart: "M4 20h16M7 16v-4M12 16V6M17 16v-7",
  chat: "M4 5h16v11H10l-5 4v-4H4zM8 9.5h8M8 12.5h5",
  check: "M5 12.5 10 17 19 7",
  chevronDown: "M6 9l6 6 6-6",
  chevronLeft: "M15 6l-6 6 6 6",
  chevronRight: "M9 6l6 6-6 6",
  circle: "M12 4.5c4.7 0 8.5 3.4 8.5 7.5s-3.8 7.5-8.5 7.5S3.5 16.1 3.5 12 7.3 4.5 12 4.500Z",
  close: "M6 6l12 12M18 6 6 18",
  cloudOff: "M4 4l16 16M7 9a5 5 0 0 0 0 10h10M10 6.500A6 6 0 0 1 18 11a4 4 0 0 1 2.6 5.5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  cursor: "M5 3.5 19 11l-6 2-2.5 6.500z",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  door: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  down: "M12 4v12M6 11l6 6 6-6M4 21h16",
  eraser: "M8 20h12M4.5 15.5 14 6l5 5-8.5 8.500H8zM9 11l5 5",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  front: "M4 4h10v10H4zM18 9v11H9M18 9l-3 3M18 9l3 3",
  back: "M10 10h10v10H10zM6 15V4h9M6 15l-3-3M6 15l3-3",
  flag: "M5 21V4h13l-3 4.500L18 13H5",
  formula: "M18 5H6l6 7-6 7h12",
  group: "M4 4h9v9H4zM11 11h9v9h-9z",
  hand: "M8 12V6.500a1.5 1.5 0 0 1 3 0V11m0-1V4.500a1.5 1.5 0 0 1 3 0V11m0-.5V6a1.5 1.5 0 0 1 3 0v8c0 4-2.5 7-6 7-2.6 0-4-1-5.3-3.200L4 14.500c-.8-1.5 1-2.8 2.2-1.500L8 15",
  history: "M4 12a8 8 0 1 0 2.5-5.800L4 8.500M4 4v4.500h4.500M12 8v4.500l3 2",
  image: "M3 5h18v14H3zM3 16l5-5 4.500 4.500L16 12l5 5M15.500 9.500v.01",
  keyboard: "M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8",
  lesson: "M5 6h.01M5 12h.01M5 18h.01M9 6h11M9 12h11M9 18h7",
  line: "M5 19 19 5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  lock: "M5 11h14v10H5zM8 11V7.500a4 4 0 0 1 8 0V11M12 15v2.500",
  marker: "M4 20h6M6 16l3 3 11-11-3-3zM6 16l-1 4",
  minus: "M5 12h14",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
  more: "M4.8 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M11.2 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M17.6 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0",
  panel: "M3 5h18v14H3zM15 5v14",
  pen: "M4 20l1-4.500L16 4.5 19.5 8 8.5 19zM13.5 7l3.5 3.5",
  pencil: "M4 20l1-4.500L16 4.5 19.5 8 8.5 19zM13.5 7l3.5 3.5",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.500a3.5 3.5 0 0 1 0 6M18 14.500c2.2.8 3.5 2.8 3.5 5.5",
  plus: "M12 5v14M5 12h14",
  pointer:
    "M12 14.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.6 18.400l2.100-2.100M16.300 7.700l2.100-2.100",
  polygon: "M12 3.500 20.500 10 17 20H7L3.500 10z",
  quiz: "M9 9a3 3 0 1 1 4.5 2.600c-.9.5-1.5 1.2-1.5 2.400M12 17.500v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  quote: "M9 7c-3 1-4 3-4 6v4h5v-5H7M19 7c-3 1-4 3-4 6v4h5v-5h-3",
  rect: "M4 6h16v12H4z",
  redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  report: "M5 3h14v18H5zM9 8h6M9 12h6M9 16h3",
  retry: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  stop: "M7 7h10v10H7z",
  steps: "M3 4h7v6H3zM14 14h7v6h-7zM10 7h4a3 3 0 0 1 3 3v4",
  sliders: "M4 7h9M17 7h3M13 4.500v5M4 17h3M11 17h9M7 14.500v5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4",
  table: "M3 5h18v14H3zM3 10h18M3 14.500h18M10 5v14",
  text: "M5 7V5h14v2M12 5v14M9 19h6",
  timeline: "M3 12h18M7 12V7M12 12v5M17 12V7M7 12v.01M12 12v.01M17 12v.01",
  trash: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  ungroup: "M3 3h7v7H3zM14 14h7v7h-7z",
  upload: "M12 16V4M6 10l6-6 6 6M4 20h16",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 21c0-4 3.3-6.5 7.5-6.500s7.5 2.5 7.5 6.5",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
