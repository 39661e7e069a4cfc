import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router';
import { Icon, type IconName } from '@/components/Icon';
import { Logo } from '@/components/Logo';
import type { User } from '@/features/auth/types';
import { cx } from '@/lib/cx';
import { paths } from '@/lib/paths';
import { UserMenu } from './UserMenu';

interface HeaderProps {
  user: User;
}

function NavItem({ to, icon, label }: { to: string; icon: IconName; label: string }) {
  return (
    <NavLink
      to={to}
      end
      className={({ isActive }) =>
        cx(
          'flex h-10 items-center gap-2 rounded-md px-2.5 text-sm font-semibold transition-colors sm:px-3',
          isActive ? 'bg-accent-soft text-accent' : 'text-ink-2 hover:bg-surface-2 hover:text-ink',
        )
      }
    >
      <Icon name={icon} className="size-5 max-sm:hidden" />
      {label}
    </NavLink>
  );
}

export function Header({ user }: HeaderProps) {
  const { t } = useTranslation();
  return (
    <header className="sticky top-0 z-20 h-(--header-height) border-b border-line bg-surface">
      <div className="flex h-full items-center gap-2 px-3 sm:gap-4 sm:px-5">
        <Link to={paths.app.chat} className="flex items-center gap-2.5 rounded-md font-bold tracking-tight">
          <Logo />
          <span className="max-md:sr-only">{t('common.productName')}</span>
        </Link>
        <nav aria-label={t('nav.label')} className="flex flex-1 items-center gap-1">
          <NavItem to={paths.app.chat} icon="chat" label={t('nav.chat')} />
          <NavItem to={paths.app.materials} icon="library" label={t('nav.materials')} />
        </nav>
        <UserMenu user={user} />
      </div>
    </header>
  );
}
