interface LogoProps {
  className?: string;
}

/** A barbell whose bar is a double helix. */
export function Logo({ className = 'size-8' }: LogoProps) {
  return (
    <svg viewBox="0 0 32 32" fill="none" aria-hidden="true" className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="fill-on-accent">
        <rect x="4" y="11.5" width="2.6" height="9" rx="1.3" />
        <rect x="8" y="8" width="3.2" height="16" rx="1.6" />
        <rect x="20.8" y="8" width="3.2" height="16" rx="1.6" />
        <rect x="25.4" y="11.5" width="2.6" height="9" rx="1.3" />
      </g>
      <path
        d="M11 13c3.600 0 6.400 6 10 6M11 19c3.600 0 6.400-6 10-6"
        className="stroke-on-accent"
        strokeWidth="1.8"
      />
    </svg>
  );
}
