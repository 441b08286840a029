/**
 * Draws one object of the board, whatever its kind, as SVG in board pixels. Drawn anew only when its
 * value changed, since boards hold thousands. Knows nothing of selection or tools.
 */
import { lazy, memo, Suspense, type ComponentType } from "react";
import { boxOf, type CanvasKind, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { GraphShape } from "./GraphShape.tsx";
import { LineShape } from "./LineShape.tsx";
import { objectPoints, originOf } from "./objectGeometry.ts";
import { objectPaint } from "./objectPaint.ts";
import { TextShape } from "./TextShape.tsx";

const LatexShape = lazy(() => import("./LatexShape.tsx"));

export const ObjectView = memo(function ObjectView({ object }: { object: CanvasObject }) {
  const Shape = SHAPES[object.kind];
  const box = boxOf(object);
  const turn = object.angle
    ? `rotate(${object.angle} ${box.x + box.width / 2} ${box.y + box.height / 2})`
    : undefined;
  return (
    <g transform={turn} data-object-id={object.id} data-kind={object.kind}>
      <Suspense fallback={null}>
        <Shape object={object} />
      </Suspense>
    </g>
  );
});

type ShapeView = ComponentType<{ object: CanvasObject }>;

const SHAPES = {
  rect: RectShape,
  ellipse: RoundShape,
  circle: RoundShape,
  triangle: TriangleShape,
  polygon: PolygonShape,
  line: LineShape,
  arrow: LineShape,
  path: PathShape,
  text: TextShape,
  textbox: TextShape,
  image: ImageShape,
  group: GroupShape,
  radio: RadioShape,
  latex_svg: LatexShape,
  graph_layout: GraphShape,
  highlight_stroke: HighlightShape,
  question_tag: QuestionTag,
  pointer_ping: PointerPing,
} as const satisfies Record<CanvasKind, ShapeView>;

function RectShape({ object }: { object: CanvasObject }) {
  return <rect {...boxOf(object)} rx={object.rx ?? 5} style={objectPaint(object)} />;
}

function RoundShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const [rx, ry] = [width / 2, height / 2];
  return <ellipse cx={x + rx} cy={y + ry} rx={rx} ry={ry} style={objectPaint(object)} />;
}

function TriangleShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const points = `${x + width / 2},${y} ${x + width},${y + height} ${x},${y + height}`;
  return <polygon points={points} strokeLinejoin="round" style={objectPaint(object)} />;
}

function PolygonShape({ object }: { object: CanvasObject }) {
  const points = objectPoints(object).map((p) => `${p.x},${p.y}`);
  return <polygon points={points.join(" ")} strokeLinejoin="round" style={objectPaint(object)} />;
}

function PointerPing({ object }: { object: CanvasObject }) {
  const { x, y, width } = boxOf(object);
  return <circle className="board-ping" cx={x + width / 2} cy={y + width / 2} r={width / 2} />;
}

function PathShape({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  if (typeof object.points !== "string") return <LineShape object={object} />;
  return <path d={object.points} transform={`translate(${x} ${y})`} style={objectPaint(object)} />;
}

function GroupShape({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  return (
    <g transform={`translate(${x} ${y})`}>
      {object.objects?.map((member) => (
        <ObjectView key={member.id} object={member} />
      ))}
    </g>
  );
}

function HighlightShape({ object }: { object: CanvasObject }) {
  const width = object.strokeWidth ?? 12;
  if (object.points) {
    return (
      <g className="board-highlight" style={{ strokeWidth: width }}>
        <PathOf object={object} />
      </g>
    );
  }
  const box = boxOf(object);
  return <rect className="board-highlight-box" {...box} rx={6} />;
}

function PathOf({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  const d =
    typeof object.points === "string"
      ? object.points
      : `M ${objectPoints(object)
          .map((p) => `${p.x - x} ${p.y - y}`)
          .join(" L ")}`;
  return <path d={d} transform={`translate(${x} ${y})`} />;
}

/** Only pictures that came with the board: another site's would tell it who is looking. */
function ImageShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const { src } = object;
  if (src && /^(data:image\/(png|jpeg|gif|webp);|\/(?!\/))/.test(src)) {
    return <image href={src} {...{ x, y, width, height }} preserveAspectRatio="xMidYMid meet" />;
  }
  return (
    <g className="board-missing">
      <rect {...{ x, y, width, height }} rx={5} />
      <text x={x + width / 2} y={y + height / 2}>
        Picture
      </text>
    </g>
  );
}

function RadioShape({ object }: { object: CanvasObject }) {
  const { x, y } = boxOf(object);
  const radius = object.radius ?? 8;
  const label: CanvasObject = {
    id: `${object.id}-label`,
    kind: "text",
    x: x + 2 * radius + 10,
    y: y + radius - 11,
    width: 600,
    fontSize: 16,
    text: object.label ?? "",
  };
  return (
    <>
      <circle cx={x + radius} cy={y + radius} r={radius} style={objectPaint(object)} />
      <TextShape object={label} />
    </>
  );
}

function QuestionTag({ object }: { object: CanvasObject }) {
  const { x, y, width } = boxOf(object);
  const middle = width / 2;
  return (
    <g className="board-question">
      <circle cx={x + middle} cy={y + middle} r={middle} />
      <text x={x + middle} y={y + middle} fontSize={width * 0.62}>
        ?
      </text>
    </g>
  );
}
