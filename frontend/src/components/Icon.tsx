const shapes = {
  arrowUp: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h10v10a1 1 0 0 1-1 1h-8a1 1 0 0 1-1-1zM15 9V5a1 1 0 0 0-1-1H6a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  download: 'M12 4v11M7 10.500l5 5 5-5M5 20h14',
  upload: 'M12 16V5M7 9.500l5-5 5 5M5 20h14',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5',
  search: 'M11 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15.500 15.500 20 20',
  close: 'M6 6l12 12M18 6 6 18',
  refresh: 'M19 12a7 7 0 1 1-2.200-5.100M19 4v4h-4',
  plus: 'M12 5v14M5 12h14',
  file: 'M7 3h7l5 5v13H7zM14 3v5h5',
  chevron: 'M7 10l5 5 5-5',
  alert: 'M12 4 2.800 20h18.400zM12 10v4.500M12 17.300v.2',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z',
  eyeOff: 'M4 4l16 16M9.500 5.900A8.600 8.600 0 0 1 12 5.500c6 0 9.500 6.500 9.500 6.500a16 16 0 0 1-3 3.600M6.300 7.500A15.500 15.500 0 0 0 2.500 12S6 18.500 12 18.500a9 9 0 0 0 4-.9M10.300 10.300a2.500 2.500 0 0 0 3.500 3.500',
  chat: 'M4 5h16v11H10l-4.500 4v-4H4z',
  thumbUp: 'M4 11h3.500v9H4zM7.500 11 11 4a2 2 0 0 1 2 2v3.500h5.500a1.500 1.500 0 0 1 1.500 1.700l-1 7.300a1.700 1.700 0 0 1-1.700 1.500H7.500z',
  thumbDown: 'M4 4h3.500v9H4zM7.500 13l3.500 7a2 2 0 0 0 2-2v-3.500h5.500a1.500 1.500 0 0 0 1.500-1.700l-1-7.300a1.700 1.700 0 0 0-1.700-1.500H7.500z',
  library: 'M5 4v16M9.500 4v16M14 4.500l5 15',
} as const;

export type IconName = keyof typeof shapes;

interface IconProps {
  name: IconName;
  className?: string;
}

export function Icon({ name, className = 'size-5' }: IconProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
    >
      <path d={shapes[name]} />
    </svg>
  );
}
