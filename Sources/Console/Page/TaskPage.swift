/// `/cleanup/tasks/NAME`: one task, and what it would remove now.
struct TaskPage {
    let card: TaskCard
    let active: [ProgressView]

    init(_ task: TaskDocument, _ status: StatusDocument) {
        card = TaskCard(task)
        active = status.active.filter { $0.task == task.name }.map { ProgressView($0) }
    }
}
