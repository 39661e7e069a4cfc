import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { Button } from '@/components/Button';
import { Notice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import { changePassword } from '@/features/auth/api/change-password';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';

const minimumLength = 10;

// The messages are translation keys, so that they follow a change of language.
const schema = z
  .object({
    currentPassword: z.string().check(z.minLength(1, 'auth.passwordRequired')),
    newPassword: z.string().check(z.minLength(minimumLength, 'auth.newPasswordShort')),
    repeated: z.string(),
  })
  .check(
    z.refine((form) => form.newPassword !== form.currentPassword, {
      path: ['newPassword'],
      error: 'auth.newPasswordSame',
    }),
    z.refine((form) => form.newPassword === form.repeated, { path: ['repeated'], error: 'auth.repeatDiffers' }),
  );

type PasswordForm = z.infer<typeof schema>;
type MessageKey =
  | 'auth.passwordRequired'
  | 'auth.newPasswordShort'
  | 'auth.newPasswordSame'
  | 'auth.repeatDiffers';

interface ChangePasswordFormProps {
  onChanged: () => void;
}

export function ChangePasswordForm({ onChanged }: ChangePasswordFormProps) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { register, handleSubmit, formState } = useForm<PasswordForm>({
    resolver: zodResolver(schema),
    defaultValues: { currentPassword: '', newPassword: '', repeated: '' },
  });
  const { mutate, isPending, error } = useMutation({ mutationFn: changePassword, onSuccess: onChanged });

  const errorOf = (field: keyof PasswordForm) => {
    const key = formState.errors[field]?.message;
    return key === undefined ? undefined : t(key as MessageKey);
  };

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => void handleSubmit((form) => mutate(form))(event)}
    >
      {error && (
        <Notice tone="danger" role="alert">
          {errorMessage(ApiError.from(error))}
        </Notice>
      )}
      <PasswordField
        label={t('auth.currentPassword')}
        autoComplete="current-password"
        error={errorOf('currentPassword')}
        {...register('currentPassword')}
      />
      <PasswordField
        label={t('auth.newPassword')}
        autoComplete="new-password"
        hint={t('auth.newPasswordHint')}
        error={errorOf('newPassword')}
        {...register('newPassword')}
      />
      <PasswordField
        label={t('auth.repeatPassword')}
        autoComplete="new-password"
        error={errorOf('repeated')}
        {...register('repeated')}
      />
      <Button type="submit" variant="primary" disabled={isPending} className="mt-1 h-12">
        {t(isPending ? 'auth.changeSubmitting' : 'auth.changeSubmit')}
      </Button>
    </form>
  );
}
