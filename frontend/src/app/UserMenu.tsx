import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Icon } from '@/components/Icon';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { ThemeSwitch } from '@/components/ThemeSwitch';
import type { User } from '@/features/auth/types';
import { forgetChat } from '@/features/chat/conversation-storage';
import { paths } from '@/lib/paths';
import { session } from '@/lib/session';

interface UserMenuProps {
  user: User;
}

const rowClass =
  'flex h-10 w-full items-center rounded-md px-3 text-start text-sm font-medium hover:bg-surface-2 transition-colors';

/** On the browser's own popover, which brings Escape, closing from outside and the way focus moves. */
export function UserMenu({ user }: UserMenuProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLDivElement>(null);
  const name = user.full_name || user.username;

  const signOut = () => {
    session.end('signed-out');
    forgetChat(user.id);
  };

  return (
    <>
      <button
        type="button"
        popoverTarget="user-menu"
        data-testid="user-menu"
        aria-label={t('nav.account', { name })}
        className="flex h-10 items-center gap-1 rounded-md ps-1 pe-1.5 hover:bg-surface-2"
      >
        <span className="grid size-8 place-items-center rounded-full bg-surface-2 text-sm font-bold text-ink">
          {name.charAt(0).toUpperCase()}
        </span>
        <Icon name="chevron" className="size-4 text-ink-2" />
      </button>
      <div
        ref={panel}
        id="user-menu"
        popover="auto"
        className="fixed inset-auto end-3 top-[calc(var(--header-height)+0.25rem)] m-0 w-72 rounded-lg border border-line bg-surface p-2 text-ink shadow-floating open:animate-rise sm:end-5"
      >
        <div className="border-b border-line px-3 pt-1 pb-3">
          <p className="truncate font-semibold">{name}</p>
          <p className="truncate text-sm text-ink-2">{t(`roles.${user.role}`)}</p>
        </div>
        <div className="flex flex-col gap-3 border-b border-line p-3">
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
        <div className="pt-2">
          <Link to={paths.app.changePassword} className={rowClass} onClick={() => panel.current?.hidePopover()}>
            {t('nav.changePassword')}
          </Link>
          <button type="button" className={rowClass} onClick={signOut}>
            {t('nav.signOut')}
          </button>
        </div>
      </div>
    </>
  );
}
