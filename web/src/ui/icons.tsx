/** Line icons on a 24 grid. All are decorative: the control that holds one carries the name. */
import type { ReactNode } from "react";

interface IconProps {
  className?: string;
}

function icon(shape: ReactNode) {
  return function Icon({ className = "size-[18px]" }: IconProps) {
    return (
      <svg
        viewBox="0 0 24 24"
        className={`shrink-0 ${className}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {shape}
      </svg>
    );
  };
}

export const ArrowUp = icon(<path d="M12 19V5m-6 6 6-6 6 6" />);
export const ArrowDown = icon(<path d="M12 5v14m6-6-6 6-6-6" />);
export const Check = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const ChevronDown = icon(<path d="m7 10 5 5 5-5" />);
export const Close = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const Copy = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15a1 1 0 0 1-1-1V6a2 2 0 0 1 2-2h8a1 1 0 0 1 1 1" />
  </>,
);
export const Microphone = icon(
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21" />
  </>,
);
export const MicrophoneOff = icon(
  <>
    <path d="M15 10.5V6a3 3 0 0 0-5.6-1.5M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11a6.5 6.5 0 0 0 10.4 5.2M18.5 11a6.5 6.5 0 0 1-.7 2.9M12 17.5V21" />
    <path d="m4 4 16 16" />
  </>,
);
export const Speaker = icon(<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />);
export const Dots = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="5" cy="12" r="1.6" />
    <circle cx="12" cy="12" r="1.6" />
    <circle cx="19" cy="12" r="1.6" />
  </g>,
);
export const Moon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />);
export const Panel = icon(
  <>
    <rect x="3.5" y="4.5" width="17" height="15" rx="2.5" />
    <path d="M9.5 4.5v15" />
  </>,
);
export const Pencil = icon(<path d="m4 20 .8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8 19.2 4 20Z" />);
export const Plus = icon(<path d="M12 5v14M5 12h14" />);
export const Refresh = icon(<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5" />);
export const SignOut = icon(<path d="M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7m-4-8h10m-3.5-3.5L20 12l-3.5 3.5" />);
export const Steps = icon(<path d="M4 19.5h4v-5h4v-5h4v-5h4" />);
export const Stop = icon(<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor" stroke="none" />);
export const Sun = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1" />
  </>,
);
export const Trash = icon(<path d="M4.5 7h15M10 7V5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v2m3.5 0-.7 11.1a2 2 0 0 1-2 1.9H9.2a2 2 0 0 1-2-1.9L6.5 7" />);
export const Wave = icon(<path d="M4 10.5v3M8 7v10M12 4v16M16 8v8M20 10.5v3" />);
export const Warning = icon(<path d="M12 8.5v4.5m0 3.2v.1M10.3 4.7 3.4 16.6A2 2 0 0 0 5.1 19.6h13.8a2 2 0 0 0 1.7-3L13.7 4.7a2 2 0 0 0-3.4 0Z" />);
