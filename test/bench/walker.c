/* The physical limit: one thread, readdir and fstatat, nothing kept. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long long blocks;

static void walk(int fd) {
  DIR *dir = fdopendir(fd);
  if (!dir) return;
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    struct stat stats;
    if (fstatat(fd, entry->d_name, &stats, AT_SYMLINK_NOFOLLOW)) continue;
    blocks += stats.st_blocks;
    if (S_ISDIR(stats.st_mode)) walk(openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  }
  closedir(dir);
}

int main(int count, char **paths) {
  for (int at = 1; at < count; at++) walk(open(paths[at], O_RDONLY | O_DIRECTORY));
  printf("%llu\n", blocks * 512);
  return 0;
}
