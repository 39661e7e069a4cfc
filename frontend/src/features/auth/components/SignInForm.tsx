import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { Button } from '@/components/Button';
import { Field } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import { signIn, type Credentials } from '@/features/auth/api/sign-in';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';

const schema = z.object({
  username: z.string().check(z.trim(), z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

interface SignInFormProps {
  onSignedIn: () => void;
}

export function SignInForm({ onSignedIn }: SignInFormProps) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { register, handleSubmit, formState, setFocus } = useForm<Credentials>({
    resolver: zodResolver(schema),
    defaultValues: { username: '', password: '' },
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: signIn,
    onSuccess: onSignedIn,
    onError: () => setFocus('password', { shouldSelect: true }),
  });
  const failure = error && ApiError.from(error);

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => void handleSubmit((credentials) => mutate(credentials))(event)}
    >
      {failure && (
        <Notice tone="danger" role="alert">
          {failure.status === 401 ? t('auth.wrongCredentials') : errorMessage(failure)}
        </Notice>
      )}
      <Field
        label={t('auth.username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={formState.errors.username && t('auth.usernameRequired')}
        {...register('username')}
      />
      <PasswordField
        label={t('auth.password')}
        autoComplete="current-password"
        error={formState.errors.password && t('auth.passwordRequired')}
        {...register('password')}
      />
      <Button type="submit" variant="primary" disabled={isPending} className="mt-1 h-12">
        {t(isPending ? 'auth.submitting' : 'auth.submit')}
      </Button>
    </form>
  );
}
