/**
 * A button that shows only an icon; its name is read aloud and shown as a tooltip. Disabled it stays where the
 * focus can be: whoever undoes until nothing is left must not be thrown out of the toolbar (rule WP26).
 */
import type { ComponentProps } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  icon: IconName;
  label: string;
  /** Key hint appended to the tooltip only, such as "V". */
  shortcut?: string;
  small?: boolean;
  /** The one action of its surroundings: filled instead of quiet. */
  isPrimary?: boolean;
}

export function IconButton({
  icon,
  label,
  shortcut,
  small,
  isPrimary,
  className,
  disabled = false,
  onClick,
  ...rest
}: IconButtonProps) {
  const look = isPrimary ? "button-primary" : "button-quiet";
  const classes = ["button", look, "button-icon", small ? "button-small" : "", className ?? ""];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(" ")}
      aria-disabled={disabled}
      onClick={disabled ? (event) => event.preventDefault() : onClick}
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
    >
      <Icon name={icon} />
    </button>
  );
}
