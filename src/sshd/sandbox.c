/* SPDX-License-Identifier: MIT */
/*
 * sandbox: both filters are compiled once in the server, so that a connection
 * pays for two system calls and a few directories.  Directories are opened by
 * each connection: an engine that starts again may make RUN_DIR anew.
 */
#include "sshd/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/landlock.h"

#define MEMORY_MAX ((rlim_t)512 << 20)
#define FILE_MAX   ((rlim_t)32 << 20) /* a memfd of a screen; no other file */
#define FDS_MAX    64

/*
 * A sanitizer reserves terabytes of address space, reads /proc/self/maps, and
 * starts a symbolizer when it reports: such a build keeps what it needs, and
 * what is listed as dangerous is refused, not deadly.  It is no build to serve
 * strangers with.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static char run_dir[256], locale_dir[512];

/* ---- seccomp ----------------------------------------------------------- */

#define N(name) SCMP_SYS(name)

/* What a console or a verb does in its life. */
static const int allowed[] = {
	/* bytes in and out */
	N(read),
	N(write),
	N(readv),
	N(writev),
	N(pread64),
	N(close),
	N(close_range),
	N(poll),
	N(ppoll),
	N(select),
	N(pselect6),
	N(recvfrom),
	N(recvmsg),
	N(sendto),
	N(sendmsg),
	N(shutdown),
	N(getsockopt),
	N(setsockopt),
	N(getsockname),
	N(getpeername),
	N(connect),
	N(fcntl),
	N(dup),
	N(dup2),
	N(dup3),
	N(pipe),
	N(pipe2),
	N(lseek),
	N(fadvise64),
	/* files; openat only to read, see below */
	N(fstat),
	N(newfstatat),
	N(stat),
	N(lstat),
	N(statx),
	N(readlink),
	N(readlinkat),
	N(access),
	N(faccessat),
	N(faccessat2),
	N(getcwd),
	N(getdents64),
	N(fstatfs),
	N(umask),
	N(memfd_create),
	N(ftruncate),
	/* memory; mmap and mprotect below */
	N(brk),
	N(munmap),
	N(mremap),
	N(madvise),
	N(msync),
	N(mincore),
	/* time, chance, who am I */
	N(clock_gettime),
	N(clock_getres),
	N(clock_nanosleep),
	N(nanosleep),
	N(gettimeofday),
	N(time),
	N(getrandom),
	N(getpid),
	N(gettid),
	N(getppid),
	N(getpgid),
	N(getpgrp),
	N(getsid),
	N(getuid),
	N(geteuid),
	N(getgid),
	N(getegid),
	N(getresuid),
	N(getresgid),
	N(uname),
	N(sysinfo),
	N(getrusage),
	N(times),
	N(getrlimit),
	N(setrlimit),
	N(prlimit64),
	N(sched_yield),
	N(sched_getaffinity),
	N(getcpu),
	/* itself */
	N(alarm),
	N(setitimer),
	N(getitimer),
	N(rt_sigaction),
	N(rt_sigprocmask),
	N(rt_sigreturn),
	N(rt_sigtimedwait),
	N(rt_sigpending),
	N(sigaltstack),
	N(restart_syscall),
	N(pause),
	N(futex),
	N(set_robust_list),
	N(set_tid_address),
	N(rseq),
	N(arch_prctl),
	N(membarrier),
	N(exit),
	N(exit_group),
	N(tgkill),
	/* a verb's process */
	N(wait4),
	N(waitid),
	N(setpgid),
	N(kill),
	N(prctl),
	N(seccomp),
};

/* Nobody asks for one of these by mistake. */
static const int deadly[] = { N(execve), N(execveat), N(ptrace),
	N(process_vm_readv), N(process_vm_writev), N(bpf), N(perf_event_open),
	N(userfaultfd), N(kexec_load), N(kexec_file_load), N(init_module),
	N(finit_module), N(delete_module), N(mount), N(umount2), N(pivot_root),
	N(chroot), N(setns), N(unshare), N(keyctl), N(add_key), N(request_key),
	N(reboot), N(swapon), N(swapoff), N(iopl), N(ioperm), N(io_uring_setup),
	N(kcmp), N(open_by_handle_at), N(setuid), N(setgid), N(setreuid),
	N(setregid), N(setresuid), N(setresgid), N(setgroups), N(capset),
	N(personality), N(modify_ldt), N(uselib), N(acct), N(quotactl),
	N(settimeofday), N(clock_settime) };

/* What a console, or a verb's own process, does not need any more. */
static const int dropped[] = { N(clone), N(fork), N(vfork), N(kill), N(setpgid),
	N(pipe), N(pipe2), N(dup), N(dup2), N(dup3), N(setrlimit), N(prctl),
	N(seccomp) };

static struct sock_fprog stranger, console;

static int
add_files(scmp_filter_ctx f)
{
	const scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
	int r = 0;

	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(openat), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(open), 1,
	    SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	/* no byte that came over the network is ever run */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(mprotect), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}

static int
add_rest(scmp_filter_ctx f)
{
	/* what fork(2) of the C library asks for, and no thread, namespace */
	const scmp_datum_t apart =
	    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
	    CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_PTRACE;
	/* of a terminal, of bytes that wait; none that push input (TIOCSTI) */
	static const unsigned asks[] = { FIONREAD, TIOCGWINSZ, TCGETS,
		0x5411 /* SIOCOUTQ */, FIONBIO };
	int r = 0;

	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, apart, 0));
	/* its flags lie in memory, where no filter sees them: use clone */
	r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), N(clone3), 0);
	/* back from where listen.c put it, once somebody has logged in */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(getpriority), 0);
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(setpriority), 3,
	    SCMP_A0(SCMP_CMP_EQ, PRIO_PROCESS, 0), SCMP_A1(SCMP_CMP_EQ, 0, 0),
	    SCMP_A2(SCMP_CMP_EQ, 0, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(sched_setscheduler), 2,
	    SCMP_A0(SCMP_CMP_EQ, 0, 0), SCMP_A1(SCMP_CMP_EQ, SCHED_OTHER, 0));
	r |= seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, N(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(socketpair), 1,
	    SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	for (size_t i = 0; i < nitems(asks); i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, N(ioctl), 1,
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, asks[i]));
	return r;
}

/* libseccomp's bytes as the kernel wants them. */
static bool
compile(scmp_filter_ctx f, struct sock_fprog *to)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct stat st;
	bool good = false;

	if (fd >= 0 && seccomp_export_bpf(f, fd) == 0 && fstat(fd, &st) == 0 &&
	    st.st_size > 0) {
		size_t n = (size_t)st.st_size;

		to->filter = xmalloc(n);
		to->len = (unsigned short)(n / sizeof(*to->filter));
		good = pread(fd, to->filter, n, 0) == (ssize_t)n;
	}
	if (fd >= 0)
		close(fd);
	if (!good)
		to->len = 0;
	return good;
}

static bool
make_stranger(void)
{
	scmp_filter_ctx f =
	    seccomp_init(SANITIZED ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
	bool good;
	int r = 0;

	if (f == NULL)
		return false;
	r |=
	    seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	r |= seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; !SANITIZED && i < nitems(allowed); i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < nitems(deadly); i++)
		r |= seccomp_rule_add(f,
		    SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS,
		    deadly[i], 0);
	if (SANITIZED)
		r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), N(socket), 1,
		    SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
	else
		r |= add_files(f) | add_rest(f);
	good = r == 0 && compile(f, &stranger);
	seccomp_release(f);
	return good;
}

static bool
make_console(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool good;
	int r = 0;

	if (f == NULL)
		return false;
	r |= seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < nitems(dropped); i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), dropped[i], 0);
	good = r == 0 && compile(f, &console);
	seccomp_release(f);
	return good;
}

static bool
filter_enter(struct sock_fprog *p)
{
	return p->len == 0 ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, p, 0, 0) == 0;
}

/* ---- all of it --------------------------------------------------------- */

bool
sandbox_describe(struct buf *b)
{
	bool all = landlock_describe(b);

	if (stranger.len > 0 && console.len > 0)
		buf_fmt(b, "seccomp: %u and %u instructions\n", stranger.len,
		    console.len);
	else
		buf_str(b,
		    "seccomp: missing, connections can make any system call; "
		    "needs a kernel with CONFIG_SECCOMP_FILTER\n");
	if (SANITIZED)
		buf_str(b,
		    "limits: a sanitizer's build, memory is not limited and "
		    "few system calls are refused\n");
	else
		buf_str(b,
		    "limits: 512 MiB of address space, 64 descriptors, no "
		    "file written\n");
	return all && stranger.len > 0 && console.len > 0 && !SANITIZED;
}

/* Beside the program, as lang.c looks for what was built and not installed. */
static void
find_locale(void)
{
	ssize_t n =
	    readlink("/proc/self/exe", locale_dir, sizeof(locale_dir) - 8);
	char *slash;

	locale_dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(locale_dir, '/');
	if (slash != NULL)
		str_copy(slash, 8, "/po");
}

static bool
enter_files(void)
{
	return landlock_enter((const char *const[]){
	    run_dir, DATADIR, "/usr/share/zoneinfo", locale_dir, NULL });
}

/* A process that tries it and ends: the server itself stays as it is. */
static bool
works(bool (*enter)(void))
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0)
		_exit(enter() ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
try_stranger(void)
{
	return filter_enter(&stranger) && filter_enter(&console);
}

void
sandbox_init(const char *dir)
{
	struct buf b = BUF_INIT;
	char *line, *save = NULL;

	str_copy(run_dir, sizeof(run_dir), dir);
	find_locale();
	/* a container may know the call and refuse it */
	if (!landlock_find() || !works(enter_files))
		landlock_forget();
	if (!make_stranger() || !make_console() || !works(try_stranger))
		stranger.len = console.len = 0;
	sandbox_describe(&b);
	for (line = strtok_r(b.p, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if (strstr(line, "missing") != NULL ||
		    strstr(line, "not limited") != NULL)
			log_warn("sandbox: %s", line);
		else
			log_info("sandbox: %s", line);
	buf_clear(&b);
}

/*
 * The log is often a file, by way of stderr, and longer than a screen: then
 * the limit would end the process instead.
 */
static bool
logs_to_file(void)
{
	struct stat st;

	return fstat(STDERR_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
limit(int what, rlim_t most)
{
	struct rlimit r;

	if (getrlimit((__rlimit_resource_t)what, &r) < 0)
		return false;
	r.rlim_max = MINIMUM(r.rlim_max, most);
	r.rlim_cur = r.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

bool
sandbox_stranger(void)
{
	bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		    enter_files() && limit(RLIMIT_CORE, 0);

	/* only now: the server's descriptors, which are more, are still here */
	good = good && limit(RLIMIT_NOFILE, FDS_MAX);
	if (!SANITIZED)
		good = good && limit(RLIMIT_AS, MEMORY_MAX);
	if (!logs_to_file())
		good = good && limit(RLIMIT_FSIZE, FILE_MAX);
	good = good && filter_enter(&stranger);
	if (!good)
		log_error("the sandbox of a connection: %s: it is not served",
		    strerror(errno));
	return good;
}

bool
sandbox_console(void)
{
	if (filter_enter(&console))
		return true;
	log_error("the sandbox of a console: %s", strerror(errno));
	return false;
}
