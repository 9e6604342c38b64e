/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file.h"

#include "chat-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of 10 ms. */
#define LOCK_ATTEMPTS 200

/* A descriptor that closes itself; -1 is none. */
typedef int AutoFd;

static void
auto_fd_close (AutoFd *fd)
{
  if (*fd >= 0)
    g_close (*fd, NULL);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AutoFd, auto_fd_close)

/**
 * chat_file_explain:
 * @code: what [func@file_publish] returned
 *
 * Says in words why a file could not be put in its place, for the second half of a sentence.
 *
 * Returns: (transfer none): the cause, with a remedy where there is one
 */
const char *
chat_file_explain (int code)
{
  if (code == EOPNOTSUPP)
    return _("its file system can neither link a file nor rename it without replacing another; "
             "keep it on a disk with another file system, such as ext4");
  if (code == EROFS)
    return _("its disk can only be read at present; mount it for writing, or use a folder on "
             "another one");

  return g_strerror (code);
}

static void
set_read_error (GError    **error,
                const char *path)
{
  int saved = errno;
  g_autofree char *display = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), _("%s cannot be read: %s"),
               display, g_strerror (saved));
}

static void
set_write_error (GError    **error,
                 const char *path)
{
  int saved = errno;
  g_autofree char *display = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), _("%s cannot be written: %s"),
               display, chat_file_explain (saved));
}

static gboolean
check_regular (int         fd,
               const char *path,
               gsize       max_size,
               gsize      *size,
               GError    **error)
{
  g_autofree char *display = g_filename_display_name (path);
  g_autofree char *most = g_format_size_full (max_size, G_FORMAT_SIZE_IEC_UNITS);
  struct stat info;

  if (fstat (fd, &info) != 0)
    {
      set_read_error (error, path);
      return FALSE;
    }

  if (S_ISDIR (info.st_mode))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR, _("%s is a folder"), display);
  else if (!S_ISREG (info.st_mode))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("%s is not a regular file"), display);
  else if ((guint64) info.st_size > max_size)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 _("%s is larger than %s, the most that such a file may have"), display, most);
  else
    {
      *size = info.st_size;
      return TRUE;
    }

  return FALSE;
}

/* Reads until size bytes or the end. Returns how many, or -1 with errno. */
static gssize
read_all (int   fd,
          char *data,
          gsize size)
{
  gsize done = 0;

  while (done < size)
    {
      gssize n = read (fd, data + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += n;
    }

  return done;
}

/**
 * chat_file_read:
 * @path: (type filename): a file
 * @max_size: the most bytes that it may have
 * @size: (out) (optional): how many it has
 * @error: return location
 *
 * Reads a whole file. Opening a FIFO would wait for its writer and reading a device may never
 * end, so what is not a regular file is refused, without waiting.
 *
 * Errors are of the domain %G_FILE_ERROR.
 *
 * Returns: (transfer full) (nullable): the bytes and a NUL, in a buffer that the caller wipes
 *   where they are secret
 */
char *
chat_file_read (const char *path,
                gsize       max_size,
                gsize      *size,
                GError    **error)
{
  g_auto (AutoFd) fd = -1;
  g_autofree char *data = NULL;
  gsize expected = 0;
  gssize done;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      set_read_error (error, path);
      return NULL;
    }
  if (!check_regular (fd, path, max_size, &expected, error))
    return NULL;

  data = g_malloc (expected + 1);
  done = read_all (fd, data, expected);
  if (done < 0)
    {
      set_read_error (error, path);
      chat_wipe (data, expected);
      return NULL;
    }

  data[done] = '\0';
  if (size != NULL)
    *size = done;

  return g_steal_pointer (&data);
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       size)
{
  while (size > 0)
    {
      gssize n = write (fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      size -= n;
    }

  return TRUE;
}

/**
 * chat_file_publish:
 * @temporary: (type filename): a finished file
 * @path: (type filename): its name from now on, in the same folder
 *
 * Never replaces a file: the kernel checks that the name is free, in the same step. Checking before
 * would leave a gap.
 *
 * Returns: 0, or why it still has its old name: EEXIST when there is a file of that name,
 *   EOPNOTSUPP when the file system can do it in no way
 */
int
chat_file_publish (const char *temporary,
                   const char *path)
{
  g_return_val_if_fail (temporary != NULL && path != NULL, EINVAL);

  if (renameat2 (AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;

  /* A file system without that flag (NFS): a second name, then the first one goes. EPERM is one
   * that has no second names. */
  if (link (temporary, path) != 0)
    return errno == EPERM || errno == ENOSYS ? EOPNOTSUPP : errno;
  unlink (temporary);

  return 0;
}

static gboolean
give_name (const char *temporary,
           const char *path,
           gboolean    overwrite)
{
  if (overwrite)
    return rename (temporary, path) == 0;

  errno = chat_file_publish (temporary, path);

  return errno == 0;
}

/* A rename is on the disk when its folder is. File systems that cannot sync folders need not. */
static void
sync_folder (const char *folder)
{
  g_auto (AutoFd) fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0)
    fsync (fd);
}

/**
 * chat_file_write:
 * @path: (type filename): the file
 * @data: (array length=size): its content
 * @size: bytes of @data
 * @mode: its permissions, whatever the umask is
 * @overwrite: whether a file that is there is replaced; if not, it is %G_FILE_ERROR_EXIST
 * @error: return location
 *
 * Writes a file that after a crash is there whole or not at all: under a temporary name in the
 * same folder, synced, then renamed. The permissions are set before the first byte is written.
 *
 * Errors are of the domain %G_FILE_ERROR.
 *
 * Returns: whether the file is on the disk
 */
gboolean
chat_file_write (const char *path,
                 const char *data,
                 gsize       size,
                 int         mode,
                 gboolean    overwrite,
                 GError    **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *temporary = NULL;
  g_auto (AutoFd) fd = -1;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* A leading dot, so that nobody who watches the folder takes it for one of its files. */
  folder = g_path_get_dirname (path);
  temporary = g_build_filename (folder, ".conclave-XXXXXX", NULL);
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      set_write_error (error, path);
      return FALSE;
    }

  if (fchmod (fd, mode) != 0 || !write_all (fd, data, size) || fsync (fd) != 0
      || !give_name (temporary, path, overwrite))
    {
      set_write_error (error, path);
      unlink (temporary);
      return FALSE;
    }

  sync_folder (folder);

  return TRUE;
}

/**
 * chat_file_wait_for_lock:
 * @fd: an open file or folder; closing it ends the lock
 *
 * Others hold such a lock for milliseconds; whoever takes longer is not waited for. Where locks
 * cannot be had, it goes without.
 */
void
chat_file_wait_for_lock (int fd)
{
  g_return_if_fail (fd >= 0);

  for (guint i = 0; flock (fd, LOCK_EX | LOCK_NB) != 0 && i < LOCK_ATTEMPTS; i++)
    g_usleep (10000);
}
